import { TracewrightError } from '../errors.ts'

/** Something a person said of a row or of one of its messages. */
export type Label = Verdict | Remark | Rating

/** Whether a row or a message is good. */
type Verdict = {
  /** What is said: one verdict, the last one. */
  name: 'verdict'
  /** Good or bad. */
  value: 'accept' | 'reject'
}

/** A word or a sentence about a row or a message. */
type Remark = {
  /** What is said: tags and notes are several. */
  name: 'tag' | 'note'
  /** The word, or the sentence. */
  value: string
}

/** An answer to a question of one's own: a number, a word of a list. The last of a name counts, as with verdicts. */
type Rating = {
  /** A name of one's own: small letters, digits and `_`. It becomes the column `label_NAME`. */
  name: OwnName
  /** The answer. */
  value: string
}

/** A name that somebody has chosen. */
type OwnName = string & {}

/** A label as it is kept: who said it when, and of what. The last of those that are about the same counts. */
export type LabelEvent = Label & {
  /** ISO 8601. */
  at: string
  /** Who said it. */
  by: string
  /** The row. */
  trace_id: string
  /** Null: of the row. */
  message: number | null
  /** What the message was: it is found by it where a log that grew has moved it. */
  message_hash: string | null
  /** Taken back. */
  undo?: true
}

/** Names that columns have already: `label_tags` and its like. */
const TAKEN = ['verdict', 'tag', 'tags', 'note', 'notes', 'by', 'values']

/** Whether a name may be one's own. */
export function isOwnName(name: string): boolean {
  return /^[a-z][a-z0-9_]{0,39}$/.test(name) && !TAKEN.includes(name)
}

/** A label that is one. Throws for what is none. */
export function checkedLabel(label: Label): Label {
  const { name, value } = label as { name: string; value: string }
  if (name === 'verdict' && value !== 'accept' && value !== 'reject')
    throw new TracewrightError('usage', `Cannot label: found verdict '${String(value)}', expected accept or reject`)
  if (name !== 'verdict' && name !== 'tag' && name !== 'note' && !(typeof name === 'string' && isOwnName(name)))
    throw new TracewrightError(
      'usage',
      `Cannot label: found the name '${String(name)}', expected small letters, digits and _, and none of ${TAKEN.join(', ')}`,
    )
  if (typeof value !== 'string' || value.trim() === '') throw new TracewrightError('usage', `Cannot label: found an empty ${name}`)
  return { name, value: value.trim() } as Label
}

/** What a later event replaces: tags and notes are several, of all others there is one. */
export function subjectOf({ by, trace_id, message_hash, message, name, value }: LabelEvent): string {
  const isOne = name !== 'tag' && name !== 'note'
  return JSON.stringify([by, trace_id, message === null ? null : (message_hash ?? message), name, isOne ? null : value])
}
