import { TracewrightError } from '../errors.ts'

/** Something a person said of a row or of one of its messages. */
export type Label = Verdict | Remark

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

/** A label that is one. Throws for what is none. */
export function checkedLabel(label: Label): Label {
  const { name, value } = label
  if (name === 'verdict' && value !== 'accept' && value !== 'reject')
    throw new TracewrightError('usage', `Cannot label: found verdict '${String(value)}', expected accept or reject`)
  if (typeof value !== 'string' || value.trim() === '') throw new TracewrightError('usage', `Cannot label: found an empty ${name}`)
  return { name, value: value.trim() } as Label
}

/** What a later event replaces: tags and notes are several, a verdict is one. */
export function subjectOf({ by, trace_id, message_hash, message, name, value }: LabelEvent): string {
  return JSON.stringify([by, trace_id, message === null ? null : (message_hash ?? message), name, name === 'verdict' ? null : value])
}
