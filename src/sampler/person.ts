import { TracewrightError } from '../errors.ts'
import { booleanAt, objectAt, refuse } from '../fields.ts'
import { writeJson } from '../json/exact.ts'
import type { JsonObject } from '../json/json.ts'
import { nearest } from '../nearest.ts'
import { datasetPerson, GERMAN_SEXES } from './dataset-person.ts'
import { PERSON_FIELDS, PERSONA_FIELDS } from './person-fields.ts'
import { type PersonFilter, personFilterAt, personFilterJSON } from './person-params.ts'
import type { PersonCondition, WantedPersons } from './persons.ts'
import { defineSampler, type SamplerParams } from './sampler.ts'

/** Locales there are datasets of persons for. */
const LOCALES = ['en_GB', 'de_DE', 'en_US', 'en_IN', 'en_SG', 'fr_FR', 'hi_Deva_IN', 'hi_Latn_IN', 'ja_JP', 'ko_KR', 'pt_BR']

/** A person of NVIDIA's Nemotron Personas, of files that the user has. */
export const person = defineSampler({
  name: 'person',
  description: "A person of the Nemotron Personas, drawn from the files of Data Designer's folder of managed assets",
  spread: 'other',
  fields: {
    locale: ['text', '`en_US`', 'whose dataset of persons'],
    sex: ['`Male` or `Female`', 'either', 'sex'],
    city: ['text or list of texts', 'any', 'cities of the persons'],
    age_range: ['two whole numbers', '`[18, 114]`', 'least and most age'],
    select_field_values: ['object', 'none', 'lists of values that other fields of the persons may have'],
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
    const wanted: WantedPersons = {
      locale,
      fields: [...PERSON_FIELDS, ...(withPersonas ? PERSONA_FIELDS : [])],
      needs: ['first_name', 'last_name', 'age'],
      conditions: [...conditionsOf(filter), ...chosenFields(fields ?? {}, locale, where)],
    }
    return {
      kind: 'fixed',
      reads: [],
      decimalPlaces: null,
      async ready(persons) {
        await persons.of(wanted)
      },
      async draw({ random, persons }) {
        if (persons === undefined)
          throw new TracewrightError('column', `Cannot draw a person of locale ${locale}: nobody says where the datasets of persons are`)
        const rows = await persons.of(wanted)
        return datasetPerson(await rows.read(random.integer(rows.size)), locale, random)
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
    wrong: [
      [{ locale: 'en_UK' }, "locale: found 'en_UK'"],
      [{ select_field_values: { ocupation: ['baker'] } }, "Did you mean 'occupation'?"],
      [{ select_field_values: { occupation: 'baker' } }, 'select_field_values.occupation: found "baker", expected a list of texts'],
    ],
  },
})

function conditionsOf({ locale, sex, cities, ages: [least, most] }: PersonFilter): PersonCondition[] {
  const names = [sex, ...GERMAN_SEXES.keys()].filter(name => name === sex || (locale === 'de_DE' && GERMAN_SEXES.get(name) === sex))
  return [
    { column: 'age', least, most },
    ...(sex === null ? [] : [{ column: 'sex', oneOf: names.map(String) }]),
    ...(cities === null || cities.length === 0 ? [] : [{ column: 'city', oneOf: cities }]),
  ]
}

/** What other fields may be; a list without values asks for nothing. */
function chosenFields(fields: JsonObject, locale: string, where: string): PersonCondition[] {
  const known: readonly string[] = [...PERSON_FIELDS, ...PERSONA_FIELDS]
  return Object.entries(fields).flatMap(([field, values]): PersonCondition[] => {
    if (!known.includes(field)) {
      const guess = nearest(field, known)
      const hint = guess === null ? undefined : `Did you mean '${guess}'?`
      refuse(`select_field_values: found '${field}', expected a field of the persons`, where, hint)
    }
    if (!Array.isArray(values) || !values.every(value => typeof value === 'string')) {
      refuse(`select_field_values.${field}: found ${writeJson(values)}, expected a list of texts`, where)
      return []
    }
    // American states stand in the column of regions.
    const column = field === 'state' && locale === 'en_US' ? 'region' : field
    return values.length === 0 ? [] : [{ column, oneOf: values as string[] }]
  })
}
