import type { Finding, Stand } from './detector.ts'
import type { RedactionMemory, TextKeys } from './redaction-memory.ts'

/** What stands for values: the same for the same value wherever it is met, and nothing that the value could be guessed from. */
export class Pseudonyms {
  private readonly known: RedactionMemory['numbers']
  private readonly keys: TextKeys
  private readonly counts = new Map<string, number>()
  private readonly rules: string[] = []

  constructor(known: RedactionMemory['numbers'], keys: TextKeys) {
    this.known = known
    this.keys = keys
  }

  /** Numbers go by the order in which values were met. */
  of(value: string, { rule, stand }: Pick<Finding, 'rule' | 'stand'>): string {
    if (stand === 'user' || stand === 'host') return `${stand}-${this.number(stand, value.toLowerCase())}`
    if (stand === 'mail') {
      const at = value.lastIndexOf('@')
      return `${this.of(value.slice(0, at), { rule, stand: 'user' })}@${this.of(value.slice(at + 1), { rule, stand: 'host' })}.example`
    }
    // Several rules may find a value: it has the name that the first gave it.
    const named = this.numbered('value', value, () => this.ruleNumber(rule) + RULES * this.next(rule))
    return `[${this.rules[named % RULES]}-${Math.floor(named / RULES)}]`
  }

  private number(kind: string, value: string): number {
    return this.numbered(kind, value, () => this.next(kind))
  }

  private numbered(kind: string, value: string, make: () => number): number {
    const key = this.keys.of(kind, value)
    const known = this.known.get(key)
    if (known !== undefined) return known
    const made = make()
    this.known.set(key, made)
    return made
  }

  private next(kind: string): number {
    const number = (this.counts.get(kind) ?? 0) + 1
    this.counts.set(kind, number)
    return number
  }

  private ruleNumber(rule: string): number {
    const known = this.rules.indexOf(rule)
    return known >= 0 ? known : this.rules.push(rule) - 1
  }
}

/** More rules than there ever are: a value's rule and number are kept as one number. */
const RULES = 2 ** 20

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
