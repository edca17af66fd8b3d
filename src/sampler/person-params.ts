import { choiceAt, listAt, refuse, stringAt, writtenNumber } from '../fields.ts'
import { writeJson } from '../json/exact.ts'
import type { Json, JsonObject } from '../json/json.ts'

/** What persons have in common, wherever they come from. */
export type PersonFilter = { locale: string; sex: 'Male' | 'Female' | null; cities: string[] | null; ages: [number, number] }

/** Read what kind of person is wanted. */
export function personFilterAt(params: JsonObject, where: string): PersonFilter {
  const city = params['city'] ?? null
  if (city !== null && typeof city !== 'string' && !(Array.isArray(city) && city.every(name => typeof name === 'string')))
    refuse(`city: found ${writeJson(city)}, expected a name or a list of names`, where)
  return {
    locale: stringAt(params, 'locale', where) ?? 'en_US',
    sex: choiceAt(params, 'sex', where, ['Male', 'Female']),
    cities: city === null ? null : ((Array.isArray(city) ? city : [city]) as string[]),
    ages: agesAt(params, where),
  }
}

/** The kind of person as configs hold it; a single city stays a name where it was written as one. */
export function personFilterJSON({ locale, sex, ages }: PersonFilter, city: Json): JsonObject {
  return { locale, sex, city, age_range: [...ages] }
}

const DEFAULT_AGES: [number, number] = [18, 114]

function agesAt(params: JsonObject, where: string): [number, number] {
  const given = listAt(params, 'age_range', where)
  if (given === null) return DEFAULT_AGES
  const ages = given.map(writtenNumber)
  const [low, high] = ages
  if (ages.length === 2 && ages.every(age => Number.isInteger(age)) && low! >= 0 && high! <= 114 && low! < high!) return [low!, high!]
  refuse(`age_range: found ${writeJson(given)}, expected two ages between 0 and 114, the lower first`, where)
  return DEFAULT_AGES
}
