import { InvalidArgumentError } from 'commander'
import { wholeNumber } from './preview.ts'

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
