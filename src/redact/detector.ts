/** What kind of pseudonym stands for a value. Values of persons get names that go on being what they were: a user, a host, a mail address. */
export type Stand = 'secret' | 'user' | 'host' | 'mail' | 'address' | 'phone' | 'number'

/** A value that was found in a text, by its place. */
export type Finding = {
  start: number
  end: number
  rule: string // what it was found by, for the report
  stand: Stand
}

/** Finds one family of secrets or of personal data. It may take time linear in the text and no more, whatever the text is. */
export interface Detector<Name extends string = string> {
  readonly name: Name
  /** One sentence for the docs. */
  readonly description: string
  readonly group: 'secret' | 'personal'
  /** Words in lower case, of three letters at least, of which one has to stand in a text for it to be searched; none: all texts are. */
  readonly keywords: readonly string[]
  /** Findings at the places where keywords stand, in order. */
  find(text: string, hits: readonly Hit[]): Iterable<Finding>
}

/** Where a keyword stands. */
export type Hit = { at: number; keyword: string }

/** Define a detector; keeps its name as a literal type. */
export function defineDetector<const Name extends string>(detector: Detector<Name>): Detector<Name> {
  return detector
}
