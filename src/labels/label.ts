import { TracewrightError } from '../errors.ts'

/** Something a person said of a row or of one of its messages. */
export type Label = { name: 'verdict'; value: 'accept' | 'reject' } | { name: 'tag' | 'note'; value: string }

/** A label as it is kept: who said it when, and of what. The last of those that are about the same counts. */
export type LabelEvent = Label & {
  at: string // ISO 8601
  by: string
  trace_id: string
  message: number | null // null: of the row
  message_hash: string | null // what the message was: it is found by it where a log that grew has moved it
  undo?: true // taken back
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
