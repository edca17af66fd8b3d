import { isNumber, isObject, type Json, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { countOwn } from '../../../json/own.ts'
import { textOf } from '../../conversation/blocks.ts'
import { CallsById } from '../../conversation/calls-by-id.ts'
import type { Conversation, MessageFacts } from '../../conversation/conversation.ts'
import { OpenCalls } from '../../conversation/open-calls.ts'
import type { Block, Origin } from '../../conversation/row.ts'
import type { Ledger } from '../../log/ledger.ts'
import { fillTurn, partsOf } from './assistant.ts'
import { childrenIn } from './children.ts'
import { blocksOf } from './content.ts'
import type { Step } from './context.ts'
import { voiceOf } from './injected.ts'
import type { RawArguments } from './raw-arguments.ts'
import { small } from './small.ts'
import { systemText, ToolDeclarations } from './system.ts'
import { usageOfMessage } from './usage.ts'
import { branchText, compactionText, executionText } from './wording.ts'

/** What a speaker needs to know of the session. */
export type TellerOptions = {
  version: string // of the log, for drift
  prompts: Origin // who speaks with role user: a person, or the agent that spawned this one
}

/** OpenClaw's records of what it delivered; they repeat the model or speak for the gateway, and are never sent to a model. */
const MIRRORS = new Set(['delivery-mirror', 'gateway-injected'])

/** Says Pi's messages in a conversation, as Pi would send them. Messages that are not said are settled here. */
export class Teller {
  readonly tools = new ToolDeclarations()
  /** Roles that nobody has described, with their number. */
  readonly unknownRoles: { [role: string]: number } = {}
  /** Thoughts in turns that hold nothing else. */
  hiddenReasoning = 0
  /** Results of which the log holds only a part. */
  truncatedResults = 0
  private readonly conversation: Conversation
  private readonly ledger: Ledger
  private readonly raw: RawArguments
  private readonly options: TellerOptions
  private readonly calls = new CallsById()
  private callsOf = new Map<string, OpenCalls<string>>() // tool → ids in the row of its calls in the last response
  private readonly answered = new Set<string>()

  constructor(conversation: Conversation, ledger: Ledger, raw: RawArguments, options: TellerOptions) {
    this.conversation = conversation
    this.ledger = ledger
    this.raw = raw
    this.options = options
  }

  /** Say one message. A replayed one is counted in the row it was first said in. */
  say(step: Step, replay: boolean): void {
    const { message, cut } = step
    if (cut !== null) this.conversation.cut(cut)
    switch (message['role']) {
      case 'assistant':
        this.assistant(step, replay)
        break
      case 'toolResult':
        this.result(step, replay)
        break
      case 'system':
        this.system(step, replay)
        break
      case 'developer':
        this.plain('system', blocksOf(message['content']), step, replay, 'harness')
        break
      case 'user':
        this.user(step, replay)
        break
      case 'bashExecution':
      case 'pythonExecution':
        this.execution(step, replay)
        break
      case 'custom':
      case 'hookMessage':
        this.custom(step, replay)
        break
      case 'branchSummary':
        this.plain('user', textBlocks(branchText(string(message['summary']))), step, replay, 'harness', {
          harness: 'branch_summary',
          ...summaryFacts(message),
        })
        break
      case 'compactionSummary':
        // A compaction may state anew which tools there are.
        if (isObject(message['systemMessage'])) this.tools.apply(message['systemMessage'])
        this.plain('user', textBlocks(compactionText(string(message['summary']))), step, replay, 'harness', {
          harness: 'compaction',
          ...summaryFacts(message),
        })
        break
      default:
        this.unknown(step)
    }
  }

  private plain(role: 'system' | 'user', content: Block[], step: Step, replay: boolean, origin: Origin, extra: JsonObject = {}): void {
    this.callsOf = new Map()
    if (content.length === 0) this.ledger.settle(step.entry.place, 'metadata', 'empty message')
    else this.conversation.say(role, content, step.entry.place, this.facts(step, replay, { origin, extra }))
  }

  private user(step: Step, replay: boolean): void {
    const content = blocksOf(step.message['content'])
    const { origin, harness } = voiceOf(step.message, textOf(content), this.options.prompts)
    this.plain('user', content, step, replay, origin, harness === null ? {} : { harness })
  }

  private execution(step: Step, replay: boolean): void {
    const { message, entry } = step
    if (message['excludeFromContext'] === true) {
      this.ledger.settle(entry.place, 'metadata', 'kept from the model')
      const { command, code, output, exitCode } = message
      const detail = { command: string(command ?? code), output: string(output), exit_code: small(exitCode ?? null) }
      this.conversation.diagnose('excluded_from_context', entry.place, detail)
      return
    }
    const extra: JsonObject = { kind: string(message['role']) }
    if (isNumber(message['exitCode'])) extra['exit_code'] = message['exitCode']
    this.plain('user', textBlocks(executionText(message)), step, replay, 'human', extra)
  }

  private custom(step: Step, replay: boolean): void {
    const { message } = step
    const kind = stringOrNull(message['customType'])
    const extra: JsonObject = { harness: kind ?? 'custom', hidden: message['display'] === false }
    if (kind !== null) extra['custom_type'] = kind
    if (message['details'] !== undefined) extra['details'] = small(message['details'])
    const origin = kind?.startsWith('openclaw') ? 'harness' : 'hook'
    this.plain('user', blocksOf(message['content']), step, replay, origin, extra)
  }

  private system(step: Step, replay: boolean): void {
    this.tools.apply(step.message)
    const { text, extra } = systemText(step.message)
    this.plain('system', text === '' ? [] : textBlocks(text), step, replay, 'harness', extra)
  }

  private assistant(step: Step, replay: boolean): void {
    const { message, entry } = step
    if (message['provider'] === 'openclaw' && MIRRORS.has(string(message['model']))) {
      this.ledger.settle(entry.place, 'metadata', 'not model output')
      this.conversation.diagnose(string(message['model']).replace('-', '_'), entry.place, { content: blocksOf(message['content']) })
      return
    }
    const parts = partsOf(message, this.raw)
    const stop = stringOrNull(message['stopReason'])
    const isBroken = stop === 'error' || stop === 'aborted'
    if (parts.every(({ type }) => type === 'hidden')) {
      this.hiddenReasoning += parts.length
      this.ledger.settle(entry.place, 'metadata', 'response without content')
      this.conversation.diagnose(isBroken ? 'failed_attempt' : 'empty_response', entry.place, attemptFacts(message))
      return
    }
    const facts = this.facts(step, replay, { origin: 'model', extra: modelFacts(message) })
    const turn = this.conversation.respond(null, entry.place, { ...facts, train: !isBroken })
    this.calls.begin()
    this.callsOf = new Map()
    const order = fillTurn(turn, parts, entry.place, (written, inRow, name) => {
      if (written !== null) this.calls.make(written, inRow)
      const calls = this.callsOf.get(name) ?? new OpenCalls<string>()
      this.callsOf.set(name, calls)
      calls.add(inRow, turn)
    })
    if (order !== null) turn.know({ extra: { parts: order } })
    if (isBroken) this.conversation.cut(stop === 'aborted' ? 'interruption' : 'abandoned')
  }

  private result(step: Step, replay: boolean): void {
    const { message, entry } = step
    const extra = resultFacts(message)
    const written = stringOrNull(message['toolCallId'])
    const callId = written === null ? this.likelyCall(message, step) : (this.calls.answer(written) ?? written)
    this.answered.add(callId)
    const details = isObject(message['details']) ? message['details'] : {}
    if (isObject(details['truncation']) && details['truncation']['truncated'] === true) this.truncatedResults++
    const facts = this.facts(step, replay, { origin: 'tool', extra })
    this.conversation.result(callId, blocksOf(message['content']), entry.place, {
      ...facts,
      is_error: typeof message['isError'] === 'boolean' ? message['isError'] : null,
    })
  }

  /** The call a result without an id most likely answers: the first open one of its tool. */
  private likelyCall(message: JsonObject, { entry }: Step): string {
    const tool = message['toolName']
    const open = (typeof tool === 'string' ? this.callsOf.get(tool)?.open(id => this.answered.has(id)) : undefined) ?? null
    this.conversation.diagnose('result_without_call_id', entry.place, { attached_to: open })
    return open ?? ''
  }

  private unknown({ message, entry }: Step): void {
    const role = stringOrNull(message['role']) ?? 'none'
    countOwn(this.unknownRoles, role)
    this.ledger.unknown(entry.place, `message/${role}`, this.options.version)
  }

  private facts({ entry, message, edit }: Step, replay: boolean, more: { origin: Origin; extra: JsonObject }): MessageFacts {
    const extra = { ...more.extra }
    if (edit !== null) extra['context_edit'] = { record: edit.place.line, replacement: small(edit.record['replacement'] ?? null) }
    return {
      timestamp: entry.timestamp,
      origin: more.origin,
      replay,
      id: entry.hasId ? entry.id : null,
      model: more.origin === 'model' ? stringOrNull(message['model']) : null,
      stop_reason: stringOrNull(message['stopReason']),
      usage: more.origin === 'model' ? usageOfMessage(message) : null,
      extra,
    }
  }
}

function modelFacts(message: JsonObject): JsonObject {
  return pick(message, {
    provider: 'provider',
    api: 'api',
    responseModel: 'response_model',
    responseId: 'response_id',
    thinkingLevel: 'thinking_level',
    errorMessage: 'error_message',
    rawStopReason: 'raw_stop_reason',
    durationMs: 'duration_ms',
    diagnostics: 'diagnostics',
  })
}

function attemptFacts(message: JsonObject): JsonObject {
  return pick(message, { stopReason: 'stop_reason', errorMessage: 'error_message', provider: 'provider', model: 'model', usage: 'usage' })
}

function resultFacts(message: JsonObject): JsonObject {
  const children = childrenIn(message).length
  // Transcripts of spawned agents are rows of their own.
  if (children > 0) return { ...resultFacts({ ...message, details: null }), children }
  return pick(message, {
    toolName: 'tool_name',
    details: 'details',
    nestedCalls: 'nested_calls',
    usage: 'usage',
    durationMs: 'duration_ms',
  })
}

function summaryFacts(message: JsonObject): JsonObject {
  return pick(message, {
    role: 'kind',
    tokensBefore: 'tokens_before',
    firstKeptEntryId: 'first_kept',
    firstKeptEntryIndex: 'first_kept_position',
    fromId: 'from',
    fromHook: 'from_hook',
    details: 'details',
    usage: 'usage',
  })
}

/** The fields that are there and say something, under the names they have in a row. */
function pick(record: JsonObject, names: { [key: string]: string }): JsonObject {
  const found: JsonObject = {}
  for (const [key, name] of Object.entries(names)) {
    const value = record[key]
    if (value !== undefined && value !== null && value !== '') found[name] = small(value)
  }
  return found
}

function textBlocks(text: string): Block[] {
  return [{ type: 'text', text }]
}

function string(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}
