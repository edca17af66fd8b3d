import { InvalidArgumentError } from 'commander'

/** A whole number of the command line. */
export function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('Expected a whole number.')
  return value
}

/** The same, where none is no number. */
export function wholeNumberFromOne(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('Expected a whole number from 1.')
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
