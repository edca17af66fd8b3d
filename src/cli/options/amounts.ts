import { InvalidArgumentError } from 'commander'
import { countFrom, isCount } from '../../whole-number.ts'

/** A whole number of the command line. */
export function wholeNumber(text: string): number {
  const value = Number(text)
  if (!isCount(value, 0)) throw new InvalidArgumentError(`Expected ${countFrom(0)}.`)
  return value
}

/** The same, where none is no number. */
export function wholeNumberFromOne(text: string): number {
  const value = Number(text)
  if (!isCount(value, 1)) throw new InvalidArgumentError(`Expected ${countFrom(1)}.`)
  return value
}

/** A number of rows, or all of them, for an option. */
export function numberOrAll(text: string): number | 'all' {
  return text === 'all' ? text : wholeNumber(text)
}

/** An amount of money, for an option. */
export function amount(text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('Expected an amount in US dollars.')
  return value
}
