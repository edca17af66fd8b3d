import { isObject, type JsonObject, numberOrNull, stringOrNull } from '../../../json/json.ts'
import { sourceAt } from '../../../json/source-text.ts'
import { argumentsText } from '../../conversation/arguments.ts'
import { textBlock } from '../../conversation/blocks.ts'
import type { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import { tellMessage } from '../../conversation/chat-message.ts'
import type { EndingFacts } from '../../conversation/ending.ts'
import { blocksOf, partsOf } from '../../conversation/parts.ts'
import type { ToolSchema, Usage } from '../../conversation/row.ts'
import { toolSchemas } from '../../conversation/tool-schemas.ts'
import type { Entry } from '../../log/entries.ts'
import type { Ledger } from '../../log/ledger.ts'

/** Puts the events of a conversation into a dialogue, and keeps what they say of it. */
export class Teller {
  readonly ending: EndingFacts = { isSilent: true }
  readonly tools: ToolSchema[] = []
  status: string | null = null
  stats: JsonObject | null = null
  private readonly dialogue: ChatDialogue
  private readonly ledger: Ledger

  constructor(dialogue: ChatDialogue, ledger: Ledger) {
    this.dialogue = dialogue
    this.ledger = ledger
  }

  tell(entry: Entry): void {
    const { record, place } = entry
    switch (record['kind']) {
      case 'SystemPromptEvent':
        this.tools.push(...toolSchemas(record['tools']))
        this.dialogue.instruct([...blocksOf(record['system_prompt']), ...blocksOf(record['dynamic_context'])], place, factsOf(record))
        break
      case 'MessageEvent':
        this.message(entry)
        break
      case 'ActionEvent':
        this.action(entry)
        break
      case 'ObservationEvent':
      case 'UserRejectObservation':
      case 'AgentErrorEvent':
        this.observation(entry)
        break
      case 'Condensation':
        this.condensation(entry)
        break
      case 'ConversationStateUpdateEvent':
        this.state(record)
        this.ledger.settle(place, 'metadata', 'state of the conversation')
        break
      case 'ConversationErrorEvent':
        this.dialogue.conversation.diagnose('conversation_error', place, { code: record['code'] ?? null, detail: record['detail'] ?? null })
        Object.assign(this.ending, { error: { code: record['code'] ?? null, detail: record['detail'] ?? null } })
        this.ledger.settle(place, 'metadata', 'error of the conversation')
        break
      case 'PauseEvent':
      case 'InterruptEvent':
        this.dialogue.cut('interruption')
        Object.assign(this.ending, { isInterrupted: true })
        this.ledger.settle(place, 'metadata', 'stopped by the person')
        break
      default:
        if (QUIET.has(String(record['kind']))) this.ledger.settle(place, 'metadata', 'event')
        else this.ledger.unknown(place, stringOrNull(record['kind']) ?? 'no kind', null)
    }
  }

  private message({ record, place, text }: Entry): void {
    Object.assign(this.ending, { error: null, isInterrupted: false })
    const message = isObject(record['llm_message']) ? record['llm_message'] : {}
    const written = text === null ? null : sourceAt(text, ['llm_message'])
    const more = blocksOf(record['extended_content'])
    const isUser = record['source'] === 'user' || message['role'] === 'user'
    if (isUser && more.length > 0) {
      const parts = [...partsOf(message['content']), ...more.map(block => ({ is: 'block' as const, block }))]
      const injected = parts.flatMap((_, i) => (i >= parts.length - more.length ? [i] : []))
      this.dialogue.hear(parts, place, { ...factsOf(record), origin: 'human', extra: { injected_blocks: injected } })
    } else if (record['source'] === 'environment' || record['source'] === 'hook') {
      const origin = record['source'] === 'hook' ? 'hook' : 'harness'
      tellMessage(this.dialogue, { place, record: message, text: written }, { ...factsOf(record), origin })
    } else tellMessage(this.dialogue, { place, record: message, text: written }, factsOf(record))
  }

  /** Actions of one response are events of their own. */
  private action({ record, place }: Entry): void {
    const key = stringOrNull(record['llm_response_id'])
    const turn = this.dialogue.respond([], place, { ...factsOf(record), id: key }, key)
    const isFirst = turn.isEmpty
    const thought = stringOrNull(record['reasoning_content'])
    const blocks = partsOf(record['thinking_blocks'])
    if (isFirst && thought !== null) turn.think(thought)
    if (isFirst)
      for (const part of blocks)
        if (part.is === 'hidden' || (part.is === 'thought' && thought === null)) this.dialogue.add(turn, part, place)
    for (const part of partsOf(record['thought'])) {
      const rest = part.is === 'block' && thought !== null ? behindThought(part.block['text'], thought) : null
      if (rest === null) this.dialogue.add(turn, part, place)
      else if (rest !== '') this.dialogue.add(turn, { is: 'block', block: textBlock(rest) }, place)
    }
    const call = isObject(record['tool_call']) ? record['tool_call'] : {}
    const made = isObject(call['function']) ? call['function'] : call
    const id = stringOrNull(record['tool_call_id']) ?? stringOrNull(call['id'])
    const name = stringOrNull(record['tool_name']) ?? stringOrNull(made['name']) ?? ''
    this.dialogue.add(turn, { is: 'call', id, name, args: argumentsText(made['arguments']) }, place)
  }

  private observation({ record, place }: Entry): void {
    const observation = isObject(record['observation']) ? record['observation'] : {}
    const said = stringOrNull(record['error']) ?? stringOrNull(record['rejection_reason'])
    const content = said === null ? blocksOf(observation['content'] ?? observation['output']) : [textBlock(said)]
    const exit = numberOrNull(observation['exit_code'])
    const isError = said !== null || observation['is_error'] === true || (exit !== null && exit !== 0)
    const extra = {
      ...(exit === null ? {} : { exit_code: exit }),
      ...(record['kind'] === 'UserRejectObservation' ? { rejected: true } : {}),
    }
    this.dialogue.answer({ id: stringOrNull(record['tool_call_id']), content, isError }, place, { ...factsOf(record), extra })
  }

  private condensation({ record, place }: Entry): void {
    const summary = stringOrNull(record['summary'])
    if (summary !== null) this.dialogue.summarize(summary, place, factsOf(record))
    else {
      this.dialogue.cut('compaction')
      this.ledger.settle(place, 'metadata', 'events were forgotten')
    }
  }

  private state({ key, value }: JsonObject): void {
    const all = key === 'full_state' && isObject(value) ? value : null
    const status = key === 'execution_status' ? value : all?.['execution_status']
    const stats = key === 'stats' ? value : all?.['stats']
    if (typeof status === 'string') this.status = status
    if (isObject(stats)) this.stats = stats
  }
}

/** What a text says behind a thought that it repeats in its tags; null where it repeats none: models that think in tags have it in both places. */
function behindThought(text: unknown, thought: string): string | null {
  const opened = typeof text === 'string' ? /^\s*<think>/.exec(text) : null
  if (opened === null) return null
  const said = text as string
  const end = said.indexOf('</think>', opened[0].length)
  if (end < 0 || said.slice(opened[0].length, end).trim() !== thought.trim()) return null
  return said.slice(end + '</think>'.length).trimStart()
}

const QUIET = new Set(['CondensationRequest', 'CondensationSummaryEvent', 'TokenEvent', 'LLMCompletionLogEvent', 'HookExecutionEvent'])

function factsOf(record: JsonObject) {
  return { timestamp: stringOrNull(record['timestamp']), id: stringOrNull(record['id']) }
}

/** Tokens of a conversation, all of its models together. */
export function usageOfStats(stats: JsonObject | null): { usage: Usage | null; models: string[] } {
  const metrics = isObject(stats?.['usage_to_metrics']) ? Object.values(stats['usage_to_metrics']).filter(isObject) : []
  const counts = metrics.flatMap(metric => (isObject(metric['accumulated_token_usage']) ? [metric['accumulated_token_usage']] : []))
  const sum = (key: string) => counts.reduce((total, count) => total + (numberOrNull(count[key]) ?? 0), 0)
  const cost = metrics.reduce((total, metric) => total + (numberOrNull(metric['accumulated_cost']) ?? 0), 0)
  const models = metrics
    .filter((_, i) => (numberOrNull(counts[i]?.['prompt_tokens']) ?? 0) > 0)
    .flatMap(metric => stringOrNull(metric['model_name']) ?? [])
  if (sum('prompt_tokens') + sum('completion_tokens') === 0) return { usage: null, models }
  const usage = {
    input_tokens: sum('prompt_tokens'),
    output_tokens: sum('completion_tokens'),
    cached_input_tokens: sum('cache_read_tokens'),
    cache_write_tokens: sum('cache_write_tokens'),
    reasoning_tokens: sum('reasoning_tokens'),
    cost_usd: cost > 0 ? cost : null,
  }
  return { usage, models }
}
