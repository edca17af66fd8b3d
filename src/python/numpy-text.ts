import { Float } from '../json/number.ts'

/**
 * An array as NumPy prints it: aligned, without commas, in lines of 75 characters. `reprOf` prints items that are no plain numbers. Behind a
 * prefix, as in another value, there are commas.
 */
export function numpyText(items: readonly unknown[], reprOf: (item: unknown) => string, prefix = ''): string {
  const comma = prefix === '' ? '' : ','
  const margin = ' '.repeat(prefix.length + 1)
  const length = LINE - (prefix === '' ? 0 : 1)
  const isCut = items.length > MOST_SHOWN
  const shown = isCut ? [...items.slice(0, AT_EACH_END), ...items.slice(-AT_EACH_END)] : items
  const words = wordsOf(shown, reprOf)
  if (isCut) words.splice(AT_EACH_END, 0, '...')
  let text = ''
  let line = margin
  for (const [i, word] of words.entries()) {
    if (line.length > margin.length && line.length + word.length > length - 1) {
      text += `${line.trimEnd()}\n`
      line = margin
    }
    line += i === words.length - 1 ? word : `${word}${comma} `
  }
  return `[${(text + line).slice(margin.length)}]`
}

const LINE = 75
const MOST_SHOWN = 1000
const AT_EACH_END = 3

function wordsOf(items: readonly unknown[], reprOf: (item: unknown) => string): string[] {
  if (items.length > 0 && items.every(item => typeof item === 'boolean')) return items.map(item => (item ? ' True' : 'False'))
  const areNumbers = items.every(item => typeof item === 'number' || typeof item === 'bigint' || item instanceof Float)
  if (!areNumbers) return items.map(reprOf)
  if (items.every(item => typeof item === 'bigint' || Number.isInteger(item))) return aligned(items.map(String))
  return floatWords(items.map(Number))
}

function aligned(words: readonly string[]): string[] {
  const width = Math.max(0, ...words.map(word => word.length))
  return words.map(word => word.padStart(width))
}

/** Of floats at most eight digits stand behind the point; numbers that differ too much have exponents. */
function floatWords(numbers: readonly number[]): string[] {
  const sizes = numbers.filter(number => Number.isFinite(number) && number !== 0).map(Math.abs)
  const [most, least] = [Math.max(...sizes), Math.min(...sizes)]
  const parts = sizes.length > 0 && (most >= 1e8 || least < 1e-4 || most / least > 1000) ? numbers.map(scientific) : numbers.map(positional)
  const fraction = Math.max(0, ...parts.map(part => part?.fraction.length ?? 0))
  const words = parts.map((part, i) => {
    if (part === null) return Number.isNaN(numbers[i]) ? 'nan' : numbers[i]! > 0 ? 'inf' : '-inf'
    return `${part.whole}.${part.fraction.padEnd(fraction, part.exponent === '' ? ' ' : '0')}${part.exponent}`
  })
  return aligned(words)
}

type Parts = { whole: string; fraction: string; exponent: string }

function positional(number: number): Parts | null {
  if (!Number.isFinite(number)) return null
  const exact = Object.is(number, -0) ? '-0' : String(number)
  const [whole = '', fraction = ''] = (/^-?\d+(?:\.\d{1,8})?$/.test(exact) ? exact : number.toFixed(8)).split('.')
  return { whole, fraction: fraction.replace(/0+$/, ''), exponent: '' }
}

function scientific(number: number): Parts | null {
  if (!Number.isFinite(number)) return null
  const shortest = number.toExponential()
  const digits = shortest.indexOf('e') - shortest.indexOf('.') - 1
  const [mantissa = '', power = ''] = (shortest.includes('.') && digits > 8 ? number.toExponential(8) : shortest).split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  return { whole, fraction: fraction.replace(/0+$/, ''), exponent: `e${power[0]}${power.slice(1).padStart(2, '0')}` }
}
