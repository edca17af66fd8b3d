import type { Finding, Stand } from './detector.ts'

/** What stands for values: the same for the same value wherever it is met, and nothing that the value could be guessed from. */
export class Pseudonyms {
  private readonly numbers = new Map<string, Map<string, number>>()
  private readonly names = new Map<string, string>() // of values that several rules may find

  /** Numbers go by the order in which values were met. */
  of(value: string, { rule, stand }: Pick<Finding, 'rule' | 'stand'>): string {
    if (stand === 'user' || stand === 'host') return `${stand}-${this.number(stand, value.toLowerCase())}`
    if (stand === 'mail') {
      const at = value.lastIndexOf('@')
      return `${this.of(value.slice(0, at), { rule, stand: 'user' })}@${this.of(value.slice(at + 1), { rule, stand: 'host' })}.example`
    }
    const known = this.names.get(value)
    if (known !== undefined) return known
    const name = `[${rule}-${this.number(rule, value)}]`
    this.names.set(value, name)
    return name
  }

  private number(kind: string, value: string): number {
    const known = this.numbers.get(kind) ?? new Map<string, number>()
    this.numbers.set(kind, known)
    const number = known.get(value) ?? known.size + 1
    known.set(value, number)
    return number
  }
}

/** Whether a value, once caught, is replaced wherever it stands: short words are other things elsewhere. */
export function isTelling(value: string, stand: Stand): boolean {
  if (stand === 'secret') return value.length >= 8
  if (stand === 'user') return value.length >= 6 ? !COMMON.has(value.toLowerCase()) : value.length >= 4 && /\d/.test(value)
  if (stand === 'host') return value.length >= 6 && /[-\d]/.test(value)
  return value.length >= 7
}

const COMMON = new Set(
  'default public shared system server client remote origin master branch commit update number string object module import export return handle google amazon docker script python project config memory session support service contact mailer'.split(
    ' ',
  ),
)
