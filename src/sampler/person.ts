import { TracewrightError } from '../errors.ts'
import { booleanAt, objectAt, refuse } from '../fields.ts'
import { nearest } from '../nearest.ts'
import { personFilterAt, personFilterJSON } from './person-params.ts'
import { defineSampler, type SamplerParams } from './sampler.ts'

/** Locales there are datasets of persons for. */
const LOCALES = ['en_GB', 'de_DE', 'en_US', 'en_IN', 'en_SG', 'fr_FR', 'hi_Deva_IN', 'hi_Latn_IN', 'ja_JP', 'ko_KR', 'pt_BR']
/** A person of NVIDIA's Nemotron Personas. Their files are not read here: such a config is checked and carried, and its cells fail with the reason. */
export const person = defineSampler({
  name: 'person',
  description: 'A person of the Nemotron Personas; checked and carried, not drawn: the datasets are not read here',
  spread: 'other',
  fields: {
    locale: ['text', '`en_US`', 'whose dataset of persons'],
    sex: ['`Male` or `Female`', 'either', 'sex'],
    city: ['text or list of texts', 'any', 'cities of the persons'],
    age_range: ['two whole numbers', '`[18, 114]`', 'least and most age'],
    select_field_values: ['object', 'none', 'values that other fields of the persons may have'],
    with_synthetic_personas: ['true or false', 'false', "with what the dataset tells of each person's character"],
  },
  read(params, where): SamplerParams {
    const filter = personFilterAt(params, where)
    const { locale } = filter
    if (!LOCALES.includes(locale)) {
      const guess = nearest(locale, LOCALES)
      refuse(
        `locale: found '${locale}', expected one of ${LOCALES.join(', ')}`,
        where,
        guess === null ? undefined : `Did you mean '${guess}'?`,
      )
    }
    const fields = objectAt(params, 'select_field_values', where)
    const withPersonas = booleanAt(params, 'with_synthetic_personas', where) ?? false
    return {
      kind: 'fixed',
      reads: [],
      decimalPlaces: null,
      draw() {
        throw new TracewrightError('column', `Cannot draw a person of locale ${locale}: the Nemotron Personas are not read here`, {
          hint: "Use sampler_type 'person_from_faker', which makes persons up",
        })
      },
      toJSON: () => ({
        sampler_type: 'person',
        ...personFilterJSON(filter, params['city'] ?? null),
        select_field_values: fields,
        with_synthetic_personas: withPersonas,
      }),
    }
  },
  example: {
    needs: { locale: 'en_US' },
    more: {
      locale: 'ja_JP',
      sex: 'Male',
      city: 'Boston',
      age_range: [30, 40],
      select_field_values: { state: ['NY'] },
      with_synthetic_personas: true,
    },
    wrong: [[{ locale: 'en_UK' }, "locale: found 'en_UK'"]],
  },
})
