import { TracewrightError } from './errors.ts'
import { nearest } from './nearest.ts'

/** A name that no member of a registry has, with those there are and a guess. */
export function unknownName(key: string, name: string | null, known: readonly { name: string }[], where: string): TracewrightError {
  const names = known.map(type => type.name)
  const guess = name === null ? null : nearest(name, names)
  return new TracewrightError('config', `${key}: found ${name === null ? 'nothing' : `'${name}'`}, expected one of ${names.join(', ')}`, {
    where,
    ...(guess === null ? {} : { hint: `Did you mean '${guess}'?` }),
  })
}
