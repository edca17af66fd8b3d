import type { Random } from '../random.ts'

/*
 * Addresses of mail, as people choose them.
 */

/** A person as far as an address shows them. */
type Named = { first: string; middle: string | null; last: string; age: number; birthDate: string }

/** An address of mail that a person may have, at a service that people of that age use. */
export function emailAddress(person: Named, random: Random): string {
  const suffix = random.next() < 0.4 ? '' : suffixOf(person, random)
  return `${nameIn(person, random)}${suffix}@${serviceOf(person.age, random)}`
}

/** The name before the sign; a made-up one where nothing of the name can be written in Latin letters. */
function nameIn(person: Named, random: Random): string {
  const [first, last] = [latin(person.first), latin(person.last)]
  if (first === '' || last === '') return `user${1000 + random.integer(9000)}`
  const middle = latin(person.middle ?? '')
  const shapes = [
    `${first}.${last}`,
    `${first}${last}`,
    `${first[0]}${last}`,
    `${first}_${last}`,
    `${last}${first[0]}`,
    `${first}${last[0]}`,
  ]
  return random.pick(middle === '' ? shapes : [...shapes, `${first}${middle[0]}${last}`, `${first}${middle}`])!
}

function suffixOf({ birthDate }: Named, random: Random): string {
  const [year, , day] = birthDate.split('-')
  return random.pick([String(1 + random.integer(99)), year!, year!.slice(2), String(Number(day))])!
}

/** Letters and digits as ASCII has them, marks on letters taken off. */
function latin(name: string): string {
  const plain = name.toLowerCase().replace(/[ßæœøłđð]/g, letter => SPELT.get(letter)!)
  return plain.normalize('NFKD').replace(/[^a-z0-9]/g, '')
}

const SPELT = new Map([
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['ø', 'o'],
  ['ł', 'l'],
  ['đ', 'd'],
  ['ð', 'd'],
])

/** Parts of a hundred of people under 30, under 50 and older. */
const SERVICES: readonly [name: string, young: number, middle: number, old: number][] = [
  ['gmail.com', 61, 43, 40],
  ['icloud.com', 26, 33, 26],
  ['outlook.com', 4, 7, 8],
  ['hotmail.com', 3, 6, 10],
  ['yahoo.com', 3, 7, 13],
  ['protonmail.com', 2, 2, 1],
  ['zoho.com', 1, 1, 1],
  ['aol.com', 0, 1, 1],
]

function serviceOf(age: number, random: Random): string {
  const column = age < 30 ? 1 : age < 50 ? 2 : 3
  let left = random.integer(SERVICES.reduce((sum, service) => sum + service[column], 0))
  for (const service of SERVICES) {
    left -= service[column]
    if (left < 0) return service[0]
  }
  throw new RangeError('A draw lies within the sum of the parts')
}
