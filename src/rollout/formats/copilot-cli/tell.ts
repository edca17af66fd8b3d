import { isObject, type Json, type JsonObject, numberOrNull, stringOrNull } from '../../../json/json.ts'
import { elementsOf, sourceAt } from '../../../json/source-text.ts'
import { argumentsText } from '../../conversation/arguments.ts'
import { textBlock } from '../../conversation/blocks.ts'
import type { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import type { EndingFacts } from '../../conversation/ending.ts'
import { blocksOf, type Part, partsOf, resultBlocks } from '../../conversation/parts.ts'
import type { Block, Usage } from '../../conversation/row.ts'
import type { Turn } from '../../conversation/turn.ts'
import { NO_USAGE } from '../../conversation/usage.ts'
import type { Entry } from '../../log/entries.ts'
import type { Ledger } from '../../log/ledger.ts'
import { dataOf } from './entry.ts'

/** How events are told. */
export type Telling = { isReplay: boolean; isSent: boolean }

/** Puts the events of one agent into a dialogue. */
export class Teller {
  readonly ending: EndingFacts = { isSilent: true }
  private readonly dialogue: ChatDialogue
  private readonly ledger: Ledger
  private turn: Turn | null = null
  private thoughts: Entry[] = [] // that came before the response they are of

  constructor(dialogue: ChatDialogue, ledger: Ledger) {
    this.dialogue = dialogue
    this.ledger = ledger
  }

  tell(entry: Entry, telling: Telling): void {
    const { record, place } = entry
    const data = dataOf(record)
    const facts = { timestamp: stringOrNull(record['timestamp']), replay: telling.isReplay }
    switch (record['type']) {
      case 'user.message':
        this.user(entry, data, telling)
        break
      case 'assistant.message':
        this.message(entry, data, telling)
        break
      case 'assistant.reasoning':
        this.reasoning(entry, data)
        break
      case 'assistant.usage':
        this.turn?.know({ usage: usageOf(data), model: stringOrNull(data['model']) })
        this.ledger.settle(place, 'metadata', 'tokens of a response')
        break
      case 'tool.execution_start':
        this.start(entry, data)
        break
      case 'tool.execution_complete':
        this.complete(entry, data, telling)
        break
      case 'system.message':
        this.dialogue.instruct(blocksOf(data['content']), place, { ...facts, ...(data['name'] ? { extra: { name: data['name'] } } : {}) })
        break
      case 'session.compaction_complete':
        this.compaction(entry, data, telling)
        break
      case 'abort':
        this.dialogue.cut('interruption')
        Object.assign(this.ending, { isInterrupted: true })
        this.ledger.settle(place, 'metadata', 'stopped by the person')
        break
      case 'session.error':
        this.dialogue.conversation.diagnose('session_error', place, data)
        Object.assign(this.ending, { error: { error: data['errorType'] ?? 'error', message: data['message'] ?? null } })
        this.ledger.settle(place, 'metadata', 'error of the session')
        break
      default:
        if (/^[a-z_]+(?:\.[a-z_]+)?$/.test(String(record['type'])) && KNOWN.has(String(record['type'])))
          this.ledger.settle(place, 'metadata', 'event')
        else this.ledger.unknown(place, stringOrNull(record['type']) ?? 'no type', null)
    }
  }

  /** Thoughts whose response never came. */
  finish(): void {
    for (const { place, record } of this.thoughts) {
      this.dialogue.conversation.diagnose('thought_without_response', place, dataOf(record)['content'] ?? null)
      this.ledger.settle(place, 'metadata', 'thought without a response')
    }
    this.thoughts = []
  }

  private user({ record, place }: Entry, data: JsonObject, { isReplay, isSent }: Telling): void {
    Object.assign(this.ending, { error: null, isInterrupted: false })
    const sent = stringOrNull(data['transformedContent'])
    const content = data['content'] || null
    const source = stringOrNull(data['source'])
    const isMachine = (source !== null && source !== 'user') || data['isAutopilotContinuation'] === true
    const attachments = Array.isArray(data['attachments']) ? data['attachments'].filter(isObject) : []
    const parts = [...partsOf(isSent ? (sent ?? content) : (content ?? sent)), ...attachments.flatMap(attachmentOf)]
    const rest = attachments.filter(attachment => attachmentOf(attachment).length === 0)
    this.dialogue.hear(parts, place, {
      timestamp: stringOrNull(record['timestamp']),
      id: stringOrNull(record['id']),
      replay: isReplay,
      ...(isMachine ? { origin: 'harness' as const } : {}),
      extra: {
        ...(isMachine ? { harness: source ?? 'autopilot' } : {}),
        ...(!isSent && sent !== null && content !== null && sent !== content ? { sent_as: sent } : {}),
        ...(rest.length > 0 ? { attachments: rest } : {}),
      },
    })
  }

  private message({ record, place, text }: Entry, data: JsonObject, { isReplay }: Telling): void {
    Object.assign(this.ending, { error: null, isInterrupted: false })
    const output = numberOrNull(data['outputTokens'])
    const turn = this.dialogue.respond(
      [],
      place,
      {
        timestamp: stringOrNull(record['timestamp']),
        id: stringOrNull(data['messageId']),
        model: stringOrNull(data['model']),
        usage: output === null ? null : { ...NO_USAGE, output_tokens: output },
        replay: isReplay,
      },
      stringOrNull(data['messageId']),
    )
    this.turn = turn
    const thought = stringOrNull(data['reasoningText'])
    for (const { place: other, record: earlier } of this.thoughts) {
      turn.goOn(other, {})
      if (thought === null) turn.think(String(dataOf(earlier)['content'] ?? ''))
    }
    this.thoughts = []
    if (thought !== null) turn.think(thought)
    else if (!turn.hasThought && (data['reasoningOpaque'] ?? data['encryptedContent'] ?? null) !== null) turn.thinkHidden('encrypted')
    const last = turn.item.message.content.at(-1)
    // A long response is written in chunks.
    if (Number(data['chunkIndex']) > 0 && typeof last?.['text'] === 'string') last['text'] += stringOrNull(data['content']) ?? ''
    else for (const part of partsOf(data['content'])) this.dialogue.add(turn, part, place)
    const requests = Array.isArray(data['toolRequests']) ? data['toolRequests'] : []
    const sources = text === null ? [] : elementsOf(sourceAt(text, ['data', 'toolRequests']) ?? '')
    requests.forEach((request, i) => {
      if (!isObject(request)) return
      const args = argumentsText(request['arguments'], sources[i] === undefined ? null : sourceAt(sources[i], ['arguments']))
      this.dialogue.add(
        turn,
        { is: 'call', id: stringOrNull(request['toolCallId']), name: stringOrNull(request['name']) ?? '', args },
        place,
      )
    })
  }

  private reasoning(entry: Entry, data: JsonObject): void {
    const { turn } = this
    const isOfLast = turn !== null && this.thoughts.length === 0 && turn.item.message.reasoning_content === data['content']
    if (!isOfLast) this.thoughts.push(entry)
    else turn.goOn(entry.place, {})
  }

  /** A call that no response announced: a person ran it, or the log has no responses of this agent. */
  private start({ record, place, text }: Entry, data: JsonObject): void {
    const id = stringOrNull(data['toolCallId'])
    if (id !== null && this.dialogue.idOf(id) !== null) {
      this.ledger.settle(place, 'metadata', 'a call begins')
      return
    }
    const args = argumentsText(data['arguments'], text === null ? null : sourceAt(text, ['data', 'arguments']))
    const part: Part = { is: 'call', id, name: stringOrNull(data['toolName']) ?? '', args }
    this.dialogue.respond([part], place, { timestamp: stringOrNull(record['timestamp']), extra: { announced: false } })
  }

  private complete({ record, place }: Entry, data: JsonObject, { isReplay }: Telling): void {
    const result = isObject(data['result']) ? data['result'] : {}
    const error = isObject(data['error']) ? data['error'] : null
    const content = result['content'] ?? null
    const said = error === null ? content : (content ?? stringOrNull(error['message']))
    const images = Array.isArray(result['contents']) ? blocksOf(result['contents']).filter(({ type }) => type === 'image_url') : []
    const detailed = stringOrNull(result['detailedContent'])
    const model = stringOrNull(data['model'])
    this.dialogue.answer(
      {
        id: stringOrNull(data['toolCallId']),
        content: [...(typeof said === 'string' ? [textBlock(said)] : resultBlocks(said)), ...images],
        isError: typeof data['success'] === 'boolean' ? !data['success'] : error !== null,
      },
      place,
      {
        timestamp: stringOrNull(record['timestamp']),
        replay: isReplay,
        extra: {
          ...(detailed !== null && detailed !== content ? { detailed_content: detailed } : {}),
          ...(error !== null && error['code'] !== undefined ? { error_code: error['code'] } : {}),
          ...(result['structuredContent'] ? { structured_content: result['structuredContent'] } : {}),
          ...(model === null ? {} : { model }),
        },
      },
    )
  }

  private compaction({ record, place }: Entry, data: JsonObject, { isReplay }: Telling): void {
    const summary = stringOrNull(data['summaryContent'])
    if (data['success'] === false || summary === null) this.ledger.settle(place, 'metadata', 'event')
    else this.dialogue.summarize(summary, place, { timestamp: stringOrNull(record['timestamp']), replay: isReplay })
  }
}

function usageOf(data: JsonObject): Usage {
  return {
    ...NO_USAGE,
    input_tokens: numberOrNull(data['inputTokens']),
    output_tokens: numberOrNull(data['outputTokens']),
    cached_input_tokens: numberOrNull(data['cacheReadTokens']),
    cache_write_tokens: numberOrNull(data['cacheWriteTokens']),
  }
}

/** An attached image; other attachments are named beside the prompt. */
function attachmentOf(attachment: JsonObject): Part[] {
  const data = stringOrNull(attachment['data'])
  const mime = stringOrNull(attachment['mimeType']) ?? ''
  if (data === null || !mime.startsWith('image/')) return []
  const block: Block = { type: 'image_url', image_url: { url: `data:${mime};base64,${data}` } satisfies { [key: string]: Json } }
  return [{ is: 'block', block }]
}

/** Events that hold nothing of the dialogue. */
const KNOWN = new Set(
  `session.start session.resume session.info session.warning session.idle session.title_changed session.model_change session.mode_changed session.plan_changed
  session.workspace_file_changed session.handoff session.truncation session.snapshot_rewind session.shutdown session.usage_info session.compaction_start
  session.task_complete session.context_changed session.tools_updated session.background_tasks_changed session.skills_loaded session.mcp_servers_loaded
  assistant.turn_start assistant.turn_end assistant.intent assistant.message_delta assistant.reasoning_delta assistant.streaming_delta
  tool.user_requested tool.execution_partial_result tool.execution_progress subagent.started subagent.completed subagent.failed subagent.selected
  subagent.deselected hook.start hook.end skill.invoked permission.requested permission.completed user_input.requested user_input.completed
  command.queued command.execute command.completed external_tool.requested external_tool.completed session.compaction_complete`.split(
    /\s+/,
  ),
)
