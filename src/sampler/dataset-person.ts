import { TracewrightError } from '../errors.ts'
import type { Json, JsonObject } from '../json/json.ts'
import { ownValue } from '../json/own.ts'
import type { Random } from '../random.ts'
import type { Row } from '../row.ts'
import { birthDate } from './birth-date.ts'
import { emailAddress } from './email-address.ts'
import { PERSON_FIELDS, PERSONA_FIELDS } from './person-fields.ts'
import { socialSecurityNumber, usPhoneNumber } from './us-numbers.ts'

/*
 * Persons as a dataset has them, made whole.
 */

const ADULT = 18

/** A person of a row of a dataset, with what is drawn for them besides: a day of birth, addresses, numbers. */
export function datasetPerson(row: Row, locale: string, random: Random): JsonObject {
  const isAmerican = locale === 'en_US'
  const text = (field: string): string | null => {
    const value = ownValue(row, field) ?? null
    return value === null ? null : String(value)
  }
  const age = Number(row['age'])
  if (!Number.isSafeInteger(age) || age < 0)
    throw new TracewrightError('column', `Cannot take a person of locale ${locale}: found age '${text('age')}', expected whole years`)
  const born = birthDate(age, random)
  const region = text('region')
  const isAdult = age >= ADULT
  const person: JsonObject = {}
  for (const field of PERSON_FIELDS) {
    if (field === 'locale') person[field] = locale
    // American regions are states, and called so.
    else if (Object.hasOwn(row, field) && !(field === 'region' && isAmerican && !Object.hasOwn(row, 'state')))
      person[field] = told(row, field)
  }
  person['birth_date'] = born
  person['phone_number'] = isAmerican && isAdult ? usPhoneNumber(region, random) : null
  const named = { first: text('first_name') ?? '', middle: text('middle_name'), last: text('last_name') ?? '', age, birthDate: born }
  person['email_address'] = isAdult ? emailAddress(named, random) : null
  person['national_id'] = isAmerican && region !== null ? socialSecurityNumber(region, born, random) : null
  if (isAmerican && Object.hasOwn(row, 'region') && !Object.hasOwn(row, 'state')) person['state'] = row['region']!
  for (const field of PERSONA_FIELDS) if (Object.hasOwn(row, field)) person[field] = row[field]!
  return person
}

/** The German dataset has words of its own for this one. */
export const GERMAN_SEXES = new Map<Json, string>([
  ['Weiblich', 'Female'],
  ['Männlich', 'Male'],
])

function told(row: Row, field: string): Json {
  const value = row[field]!
  return field === 'sex' ? (GERMAN_SEXES.get(value) ?? value) : value
}
