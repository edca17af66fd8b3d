import { listed } from '../../../fields.ts'
import { nearest } from '../../../nearest.ts'

/**
 * The names that may stand in one place of a config, and what to say of one that is none of them. A guess compares the name with all of
 * them, so only so many are made: a config of 20,000 columns may have as many mistakes, and nobody reads the hints of all.
 */
export class KnownNames {
  private readonly names: ReadonlySet<string>
  private readonly inOrder: readonly string[]
  private guessesLeft = MOST_GUESSED

  constructor(names: Iterable<string>) {
    this.names = new Set(names)
    this.inOrder = [...this.names]
  }

  /** Whether it is one of them. */
  has(name: string): boolean {
    return this.names.has(name)
  }

  /** What to do about a name that is none of them: the one that was probably meant, else `otherwise`, else what there is instead of it. */
  hintFor(name: string, none: string, { except = NO_NAMES, otherwise = null }: HintOptions = {}): string {
    const guess =
      this.guessesLeft-- > 0 ? nearest(name, except.size === 0 ? this.inOrder : this.inOrder.filter(one => !except.has(one))) : null
    if (guess !== null) return `Did you mean '${guess}'?`
    return otherwise ?? this.listing(none, except)
  }

  private listing(none: string, except: ReadonlySet<string>): string {
    const total = this.names.size - [...except].filter(name => this.names.has(name)).length
    if (total === 0) return none
    const shown = this.inOrder.slice(0, MOST_LISTED + except.size).filter(name => !except.has(name))
    const more = total > MOST_LISTED ? ` and ${total - MOST_LISTED} more` : ''
    return `There are: ${listed(shown.slice(0, MOST_LISTED))}${more}`
  }
}

/** `except`: names that cannot be meant here. */
type HintOptions = { except?: ReadonlySet<string>; otherwise?: string | null }

const MOST_GUESSED = 100
const MOST_LISTED = 30
const NO_NAMES: ReadonlySet<string> = new Set()
