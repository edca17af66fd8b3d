import type { Faker } from '@faker-js/faker'
import type { Json, JsonObject } from '../json/json.ts'
import type { Random } from '../random.ts'
import { birthDate } from './birth-date.ts'
import { FAKER_LOCALES } from './faker-locales.ts'
import type { PersonFilter } from './person-params.ts'
import { uuid4 } from './uuid.ts'

/** Make a person up: the fields Data Designer's persons have, all of chance taken from one stream. */
export async function fakePerson({ locale, sex: wanted, cities, ages }: PersonFilter, random: Random): Promise<JsonObject> {
  const faker = await fakerOf(locale, random)
  const sex = wanted ?? random.pick(['Male', 'Female'] as const)!
  const age = ages[0] + random.integer(ages[1] - ages[0] + 1)
  const education = random.pick(EDUCATION)!
  const kind = sex === 'Male' ? 'male' : 'female'
  return {
    uuid: uuid4(random),
    locale,
    first_name: faker.person.firstName(kind),
    last_name: faker.person.lastName(kind),
    middle_name: null,
    sex,
    street_number: orNull(() => faker.location.buildingNumber()),
    street_name: orNull(() => faker.location.street()),
    city: cities === null ? orNull(() => faker.location.city()) : (random.pick(cities) ?? null),
    state: orNull(() => faker.location.state()),
    postcode: orNull(() => faker.location.zipCode()),
    age,
    birth_date: birthDate(age, random),
    country: orNull(() => faker.location.country()),
    marital_status: random.pick(MARITAL)!,
    education_level: education,
    unit: '',
    occupation: orNull(() => faker.person.jobTitle()),
    phone_number: age < ADULT ? null : orNull(() => faker.phone.number()),
    bachelors_field: WITH_DEGREE.includes(education) ? random.pick(FIELDS)! : 'no_degree',
  }
}

const MARITAL = ['married_present', 'divorced', 'never_married', 'separated', 'widowed']
const EDUCATION = ['secondary_education', 'some_college', 'bachelors', 'associates', 'graduate', 'doctorate']
const WITH_DEGREE = ['bachelors', 'graduate', 'doctorate']
const FIELDS = ['stem', 'business', 'education', 'arts_humanities', 'stem_related']
const ADULT = 18

/** Faker for a locale, which draws from the stream. Loaded when first needed: its words take a while. */
async function fakerOf(locale: string, random: Random): Promise<Faker> {
  const { Faker, allLocales, base, en } = await import('@faker-js/faker')
  const own = allLocales[(FAKER_LOCALES.get(locale) ?? 'en') as keyof typeof allLocales]
  const language = allLocales[locale.split('_')[0] as keyof typeof allLocales]
  const all = [own, ...(language === undefined || language === own ? [] : [language]), en, base]
  return new Faker({ locale: all, randomizer: { next: () => random.next(), seed: () => {} } })
}

/** What a locale does not have is null. */
function orNull(make: () => string): Json {
  try {
    return make()
  } catch {
    return null
  }
}
