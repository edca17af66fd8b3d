import { textOf } from '../../conversation/blocks.ts'
import { partsOfResponse } from '../../conversation/chat-message.ts'
import { blocksOf } from '../../conversation/parts.ts'
import type { Entry } from '../../log/entries.ts'
import { messageIn, printOf } from './wire.ts'

/**
 * What Kimi CLI showed of responses that were interrupted before its context had them: the context has a response when its step is done.
 * A prompt of the context says where in it they belong.
 */
export class BrokenOff {
  private readonly waiting: Broken[]
  private readonly prompts: string[] = []
  private at = 0 // prompts of the wire that the context has come to

  constructor(seen: readonly Entry[], contexts: readonly Entry[][]) {
    const done = new Set(contexts.flat().flatMap(({ record, text }) => (record['role'] === 'assistant' ? [printIn(record, text)] : [])))
    const broken: Broken[] = []
    let open: Entry[] | null = null
    for (const entry of seen) {
      const { type, payload } = messageIn(entry.record)
      if (type === 'TurnBegin' || type === 'SteerInput') this.prompts.push(textOf(blocksOf(payload['user_input'])))
      if (type === 'StepBegin') open = [entry]
      else if (type === 'TurnBegin' || type === 'TurnEnd') open = null
      else if (open !== null && (OF_A_STEP.has(type) || type === 'StepInterrupted')) open.push(entry)
      if (type !== 'StepInterrupted' || open === null) continue
      const print = printShown(open)
      if (print !== EMPTY && !done.has(print)) broken.push({ turn: this.prompts.length, entries: open })
      open = null
    }
    this.waiting = broken
  }

  /** All records that were not told so far. */
  get entries(): Entry[] {
    return this.waiting.flatMap(({ entries }) => entries)
  }

  /** The responses that broke off before the next prompt of these words; without words, all that are left. */
  takeBefore(prompt: string | null): Entry[][] {
    const found = prompt === null ? -1 : this.prompts.indexOf(prompt, this.at)
    if (prompt !== null && found < 0) return []
    if (prompt !== null) this.at = found + 1
    const count = prompt === null ? this.waiting.length : this.waiting.filter(({ turn }) => turn <= found).length
    return this.waiting.splice(0, count).map(({ entries }) => entries)
  }
}

/** A response that was interrupted: what was shown of it, and how many prompts had been shown before. */
type Broken = { turn: number; entries: Entry[] }

const OF_A_STEP: ReadonlySet<string> = new Set(['ContentPart', 'ToolCall', 'ToolCallPart', 'StatusUpdate', 'ToolResult'])
const EMPTY = printOf([], '')

function printShown(entries: readonly Entry[]): string {
  const parts = entries.map(({ record }) => messageIn(record))
  const calls = parts.flatMap(({ type, payload }) => (type === 'ToolCall' ? [String(payload['id'] ?? '')] : []))
  const text = parts.flatMap(({ type, payload }) =>
    type === 'ContentPart' && typeof payload['text'] === 'string' ? [payload['text']] : [],
  )
  return printOf(calls, text.join(''))
}

function printIn(record: Entry['record'], written: string | null): string {
  const parts = partsOfResponse(record, 'content', written)
  const said = parts.flatMap(part => (part.is === 'block' && typeof part.block['text'] === 'string' ? [part.block['text']] : []))
  return printOf(
    parts.flatMap(part => (part.is === 'call' ? [part.id ?? ''] : [])),
    said.join(''),
  )
}
