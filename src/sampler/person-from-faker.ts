import { refuse } from '../fields.ts'
import { nearest } from '../nearest.ts'
import { fakePerson } from './fake-person.ts'
import { FAKER_LOCALES, WITHOUT_FAKER } from './faker-locales.ts'
import { personFilterAt, personFilterJSON } from './person-params.ts'
import { defineSampler, type SamplerParams } from './sampler.ts'

/** A person who is made up, with the names and addresses of a locale. */
export const personFromFaker = defineSampler({
  name: 'person_from_faker',
  description: 'A person who is made up, with names and addresses of a locale',
  spread: 'other',
  fields: {
    locale: ['text', '`en_US`', 'language and country of names and addresses'],
    sex: ['`Male` or `Female`', 'either', 'sex'],
    city: ['text or list of texts', 'any', 'cities that are drawn from'],
    age_range: ['two whole numbers', '`[18, 114]`', 'least and most age'],
  },
  read(params, where): SamplerParams {
    const filter = personFilterAt(params, where)
    const { locale } = filter
    if (WITHOUT_FAKER.includes(locale)) refuse(`locale: found '${locale}', for which there are no names here`, where)
    else if (!FAKER_LOCALES.has(locale)) {
      const guess = nearest(locale, [...FAKER_LOCALES.keys()])
      refuse(
        `locale: found '${locale}', expected one such as en_US or ja_JP`,
        where,
        guess === null ? undefined : `Did you mean '${guess}'?`,
      )
    }
    return {
      kind: 'fixed',
      reads: [],
      decimalPlaces: null,
      draw: ({ random }) => fakePerson(filter, random),
      toJSON: () => ({ sampler_type: 'person_from_faker', ...personFilterJSON(filter, params['city'] ?? null) }),
    }
  },
  example: {
    needs: {},
    more: { locale: 'ja_JP', sex: 'Female', city: ['Kyoto', 'Nara'], age_range: [20, 30] },
    wrong: [
      [{ locale: 'xx_XX' }, "locale: found 'xx_XX'"],
      [{ age_range: [40, 30] }, 'age_range: found [40,30]'],
      [{ sex: 'Other' }, 'sex: found "Other"'],
    ],
  },
})
