import { textOf } from '../../conversation/blocks.ts'
import type { Ledger } from '../../log/ledger.ts'
import { type Entry, momentAt } from './entry.ts'
import type { Notes } from './notes.ts'
import { isTaskNotification, whose } from './whose.ts'

/**
 * Replace the queue of prompts typed while the model works by what it came to. A prompt the model took in mid-turn is recorded
 * nowhere else by versions before 2.1.7x: it becomes a message. All others stand in a record of their own, or were never given
 * to the model.
 */
export function resolveQueue(entries: Entry[], notes: Notes, ledger: Ledger): Entry[] {
  if (entries.every(({ said }) => said.kind !== 'queue')) return entries
  const deliveries = new Deliveries(entries)
  const waiting: Waiting[] = []
  const resolved: Entry[] = []
  const settle = (entry: Entry, bucket: 'merged' | 'metadata', reason: string) => ledger.settle(entry.places[0]!, bucket, reason)

  entries.forEach((entry, index) => {
    const { said } = entry
    if (said.kind !== 'queue') {
      resolved.push(entry)
      return
    }
    if (entry.timestamp !== null) resolved.push(momentAt(entry.timestamp))
    const text = textOf(said.content).trim()
    const hasWords = said.content.length > 0
    if (said.operation === 'dequeue' || said.operation === 'remove') {
      settle(entry, 'metadata', `queue ${said.operation}`)
      const item = take(waiting, candidate => (hasWords ? candidate.text === text : deliveries.has(candidate, index)))
      if (item === null) return
      if (deliveries.claim(item, index)) settle(item.entry, 'merged', 'prompt that has a record of its own')
      else if (said.operation === 'remove' && !isTaskNotification(item.text)) resolved.push(absorbed(item.entry, entry))
      else settle(item.entry, 'metadata', isTaskNotification(item.text) ? 'task notification' : 'prompt that has a record of its own')
    } else if (said.operation === 'popAll') {
      settle(entry, 'metadata', 'queue popAll')
      for (const item of waiting.splice(0)) settle(item.entry, 'metadata', 'queued prompt returned to the editor')
    } else if (said.operation === 'enqueue' && hasWords) waiting.push({ index, entry, text })
    else settle(entry, 'metadata', said.operation === '' ? 'queue operation' : `queue ${said.operation}`)
  })

  for (const item of waiting) {
    if (deliveries.claim(item, entries.length)) settle(item.entry, 'merged', 'prompt that has a record of its own')
    else {
      settle(item.entry, 'metadata', 'queued prompt that was never given to the model')
      if (!isTaskNotification(item.text)) notes.undelivered.push(item.text)
    }
  }
  return resolved
}

type Waiting = { index: number; entry: Entry; text: string }

function absorbed(enqueued: Entry, removed: Entry): Entry {
  const judged = whose({}, enqueued.said.kind === 'queue' ? enqueued.said.content : [])
  return {
    ...enqueued,
    places: [...enqueued.places, ...removed.places],
    uuid: null,
    parent: undefined,
    said: {
      kind: 'user',
      content: judged.content,
      results: [],
      origin: judged.origin,
      prompt: false,
      queued: true,
      boundary: null,
      extra: { ...(judged.origin === 'human' ? { kind: 'queued_prompt' } : {}), ...judged.extra },
    },
  }
}

/** The waiting prompt that is meant: the one that fits, else the first that is a person's, else the first. */
function take(waiting: Waiting[], fits: (item: Waiting) => boolean): Waiting | null {
  if (waiting.length === 0) return null
  let at = waiting.findIndex(fits)
  if (at < 0) at = waiting.findIndex(item => !isTaskNotification(item.text))
  return waiting.splice(Math.max(at, 0), 1)[0]!
}

/** User records by their text, each to be claimed by one queued prompt. */
class Deliveries {
  private readonly byText = new Map<string, number[]>()
  private readonly nextResponse: Int32Array // per entry, where the first response begins that begins behind it

  constructor(entries: readonly Entry[]) {
    this.nextResponse = responsesBehind(entries)
    entries.forEach(({ said }, index) => {
      if (said.kind !== 'user' || said.results.length > 0) return
      const text = textOf(said.content).trim()
      const indexes = this.byText.get(text)
      if (indexes === undefined) this.byText.set(text, [index])
      else indexes.push(index)
    })
  }

  /** Whether a record between the prompt's queueing and the first response that begins after `now` holds its words. */
  has(item: Waiting, now: number): boolean {
    return this.find(item, now) !== undefined
  }

  claim(item: Waiting, now: number): boolean {
    const found = this.find(item, now)
    if (found === undefined) return false
    const left = this.byText.get(item.text)!.filter(index => index !== found)
    this.byText.set(item.text, left)
    return true
  }

  private find(item: Waiting, now: number): number | undefined {
    const end = this.nextResponse[now] ?? Infinity
    return this.byText.get(item.text)?.find(index => index > item.index && index < end)
  }
}

function responsesBehind(entries: readonly Entry[]): Int32Array {
  const behind = new Int32Array(entries.length)
  const begins = new Uint8Array(entries.length)
  let response: string | null = null
  entries.forEach(({ said }, index) => {
    if (said.kind !== 'model') return
    begins[index] = said.messageId === null || said.messageId !== response ? 1 : 0
    response = said.messageId
  })
  for (let index = entries.length - 1, next = entries.length; index >= 0; index--) {
    behind[index] = next
    if (begins[index] === 1) next = index
  }
  return behind
}
