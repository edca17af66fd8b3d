import { isObject, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { textOf } from '../../conversation/blocks.ts'
import type { EndingFacts } from '../../conversation/ending.ts'
import { isoTime } from '../../conversation/iso-time.ts'
import { blocksOf } from '../../conversation/parts.ts'
import type { Usage } from '../../conversation/row.ts'
import type { Entry } from '../../log/entries.ts'
import { usageOf } from './usage.ts'

/** What was shown of a response: when, what it cost, and what came of its calls. */
export type ShownStep = { at: string | null; id: string | null; usage: Usage | null; calls: string[]; text: string }

/** What Kimi CLI showed of a session, for what its context does not say: times, tokens, and which tools failed. */
export class Shown {
  readonly ending: EndingFacts = { isSilent: true }
  readonly version: string | null
  readonly times: string[] = []
  private readonly steps = new Map<string, ShownStep[]>() // those of one print, in their order
  private readonly prompts = new Map<string, string[]>()
  private readonly results = new Map<string, { at: string | null; isError: boolean }[]>()

  constructor(entries: readonly Entry[]) {
    this.version = entries.map(({ record }) => stringOrNull(record['protocol_version'])).find(found => found !== null) ?? null
    let open: ShownStep | null = null
    const all: ShownStep[] = []
    for (const { record } of entries) {
      const { type, payload } = messageIn(record)
      const at = isoTime(record['timestamp'])
      if (at !== null) this.times.push(at)
      if (type === 'StepBegin') all.push((open = { at, id: null, usage: null, calls: [], text: '' }))
      else if (type === 'ContentPart' && open !== null && payload['type'] === 'text') open.text += stringOrNull(payload['text']) ?? ''
      else if (type === 'ToolCall') open?.calls.push(stringOrNull(payload['id']) ?? '')
      else if (type === 'StatusUpdate' && open !== null) {
        open.usage = usageOf(payload['token_usage']) ?? open.usage
        open.id = stringOrNull(payload['message_id']) ?? open.id
      } else if (type === 'TurnBegin' || type === 'SteerInput') {
        this.end(false)
        push(this.prompts, textOf(blocksOf(payload['user_input'])), at ?? '')
      } else if (type === 'ToolResult') {
        const value = isObject(payload['return_value']) ? payload['return_value'] : {}
        push(this.results, stringOrNull(payload['tool_call_id']) ?? '', { at, isError: value['is_error'] === true })
      } else if (type === 'StepInterrupted') this.end(true)
    }
    for (const step of all) push(this.steps, printOf(step.calls, step.text), step)
  }

  /** The next response of that print that was shown. */
  step(calls: readonly string[], text: string): ShownStep | null {
    return this.steps.get(printOf(calls, text))?.shift() ?? null
  }

  /** When the next prompt of these words was shown. */
  prompt(text: string): string | null {
    return this.prompts.get(text)?.shift() || null
  }

  /** What was shown of the next result of a call. */
  result(call: string): { at: string | null; isError: boolean } | null {
    return this.results.get(call)?.shift() ?? null
  }

  private end(isInterrupted: boolean): void {
    Object.assign(this.ending, { isInterrupted })
  }
}

/** What a record of the wire holds. */
export function messageIn(record: JsonObject): { type: string; payload: JsonObject } {
  const message = isObject(record['message']) ? record['message'] : {}
  return { type: stringOrNull(message['type']) ?? '', payload: isObject(message['payload']) ? message['payload'] : {} }
}

/** What tells a response from the others of its session: its calls and its words. */
export function printOf(calls: readonly string[], text: string): string {
  return `${calls.join('\n')}\n\n${text.trim()}`
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
}
