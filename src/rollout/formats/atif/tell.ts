import { posix } from 'node:path'
import { isObject, type Json, type JsonObject, numberOrNull, stringOrNull } from '../../../json/json.ts'
import { addOwn, setOwn } from '../../../json/own.ts'
import { textOf } from '../../conversation/blocks.ts'
import { Conversation, type MessageFacts } from '../../conversation/conversation.ts'
import { harnessWordsOf } from '../../conversation/harness-words.ts'
import type { Origin, Usage } from '../../conversation/row.ts'
import type { Turn } from '../../conversation/turn.ts'
import { sumUsage } from '../../conversation/usage.ts'
import { toldApart } from '../../conversation/voice.ts'
import type { Ledger, Place } from '../../log/ledger.ts'
import type { Source } from '../../log/source.ts'
import { argumentsOf } from './arguments.ts'
import { readContent } from './content.ts'
import { isCompaction, roleOf, timeOf } from './entry.ts'
import { isNothing, readMetrics } from './metrics.ts'
import { CallLinks, callsOf, type LinkedResult } from './observation.ts'
import { ownMarks, withKept } from './own-marks.ts'

/** Where a trajectory names another that a step of it started. */
export type SubagentRef = { step: number; callId: string | null; ref: JsonObject }

const STEP_FIELDS = new Set(
  'step_id timestamp source model_name reasoning_effort message reasoning_content tool_calls observation metrics extra is_copied_context llm_call_count'.split(
    ' ',
  ),
)

/** Turns the steps of one trajectory into its messages. */
export class Teller {
  readonly conversation: Conversation
  readonly refs: SubagentRef[] = []
  /** Steps without words: resets, delegations, empty answers. */
  readonly events: JsonObject[] = []
  copiedSteps = 0
  /** Answers whose counts are all zero: nobody made them. */
  uncounted = 0
  private readonly source: Source
  private readonly folder: string
  private readonly unnamed: Turn[] = []
  private readonly unattached: Usage[] = []
  private readonly links = new CallLinks()
  private readonly callIds: string[] = [] // as the row has them, in the order of the calls
  private isAfterCompaction = false
  private lastStepId = 0

  constructor(ledger: Ledger, file: string, source: Source) {
    this.conversation = new Conversation(ledger, file)
    this.source = source
    this.folder = posix.dirname(file)
  }

  /** Add the next step; `text` is its JSON as written, `userOrigin` whose words user steps hold in this trajectory. */
  async add(step: JsonObject, text: string, place: Place, userOrigin: Origin): Promise<void> {
    const role = roleOf(step)
    if (role.oddity !== null) this.conversation.diagnose('unknown_source', place, role.oddity)
    if (step['is_copied_context'] === true) this.copiedSteps++
    if (isCompaction(step)) {
      this.conversation.cut('compaction')
      this.isAfterCompaction = true
    }
    const { marks } = ownMarks(step['extra'])
    if (marks?.boundary) this.conversation.cut(marks.boundary)
    if (role.name === 'agent') await this.addTurn(step, text, place)
    else await this.addText(role.name, role.origin ?? (role.name === 'system' ? 'harness' : userOrigin), step, place)
    if (role.name === 'agent') this.isAfterCompaction = false
  }

  /** The next step could not be read; its id is not missed. */
  skip(): void {
    this.lastStepId++
  }

  /** The messages. Turns that name no model are the default model's. */
  finish(defaultModel: string | null) {
    for (const turn of this.unnamed) turn.know({ model: defaultModel })
    if (this.uncounted > 0) this.conversation.diagnose('uncounted_response', null, { responses: this.uncounted })
    const said = this.conversation.finish()
    const usages = [...(said.usage === null ? [] : [said.usage]), ...this.unattached]
    return { ...said, usage: sumUsage(usages) }
  }

  private async addText(role: 'system' | 'user', origin: Origin, step: JsonObject, place: Place): Promise<void> {
    const isReplay = step['is_copied_context'] === true
    // What a producer says as the user right after a compaction, or copies into a new segment, nobody typed.
    const isHandoff = role === 'user' && (isReplay || this.isAfterCompaction)
    const { marks } = ownMarks(step['extra'])
    const { blocks, extra } = await this.content(step, place)
    // Trajectories made from other agents' logs hold what their harnesses say as the user.
    const isOpen = role === 'user' && !isHandoff && origin === 'human' && marks === null
    const words = isOpen ? harnessWordsOf(textOf(blocks)) : null
    const apart = isOpen && words === null && blocks.length === 1 ? toldApart(blocks) : null
    const misplaced = Object.fromEntries(
      ['model_name', 'reasoning_content', 'tool_calls', 'metrics'].flatMap(key => (step[key] ? [[key, step[key]]] : [])),
    )
    const facts: MessageFacts = {
      timestamp: marks?.timestamp === undefined ? this.time(step, place) : marks.timestamp,
      ...marks?.facts,
      origin: marks?.origin ?? (isHandoff ? 'harness' : (words?.origin ?? origin)),
      replay: isReplay,
      extra: {
        ...marks?.extra,
        ...extra,
        ...(words === null ? {} : { harness: words.harness }),
        ...(apart === null ? {} : { injected_blocks: apart.injected }),
        ...this.stepExtra(step, place),
        ...(Object.keys(misplaced).length > 0 ? { misplaced } : {}),
      },
    }
    if (Object.keys(misplaced).length > 0) this.conversation.diagnose('misplaced_fields', place, Object.keys(misplaced))
    // The compaction mark of a step without words stays with the message that follows.
    if (blocks.length > 0) this.conversation.say(role, apart?.content ?? blocks, place, facts)
    else this.addEvent(role, place, facts)
    await this.addResults(role, step, place, facts)
  }

  private async addTurn(step: JsonObject, text: string, place: Place): Promise<void> {
    const measured = readMetrics(step['metrics'])
    for (const { code, detail } of measured.mismatches) this.conversation.diagnose(code, place, detail)
    const { marks } = ownMarks(step['extra'])
    const { blocks, extra } = await this.content(step, place)
    const isDispatch = step['llm_call_count'] === 0
    const isUncounted = marks === null && isNothing(measured.usage) && !isDispatch && (blocks.length > 0 || callsOf(step).length > 0)
    const usage = isUncounted ? null : measured.usage
    if (isUncounted) this.uncounted++
    const facts: MessageFacts = {
      timestamp: marks?.timestamp === undefined ? this.time(step, place) : marks.timestamp,
      origin: marks?.origin ?? (isDispatch ? 'harness' : 'model'),
      train: !isDispatch,
      ...marks?.facts,
      replay: step['is_copied_context'] === true,
      model: stringOrNull(step['model_name']),
      stop_reason: stopReason(step['extra']),
      usage,
      prompt_token_ids: measured.prompt_token_ids,
      completion_token_ids: measured.completion_token_ids,
      logprobs: measured.logprobs,
      extra: { ...marks?.extra, ...extra, ...this.stepExtra(step, place), ...(measured.extra === null ? {} : { metrics: measured.extra }) },
    }
    const turn = this.conversation.respond(null, place, facts)
    if (facts.model === null && !isDispatch) this.unnamed.push(turn)
    this.think(turn, step, place)
    for (const block of blocks) turn.say(block)
    this.addCalls(turn, step, text, place)
    if (turn.isEmpty) this.addEvent('agent', place, facts)
    if (turn.isEmpty && usage !== null && !facts.replay) this.unattached.push(usage)
    await this.addResults('agent', step, place, facts)
  }

  private addEvent(source: string, place: Place, { timestamp, model, usage, extra }: MessageFacts): void {
    const known = Object.entries({ timestamp, model, usage }).filter(([, value]) => value !== null && value !== undefined)
    this.events.push({ step: place.line, source, ...Object.fromEntries(known), ...extra })
  }

  private think(turn: Turn, step: JsonObject, place: Place): void {
    const reasoning = step['reasoning_content'] ?? null
    if (typeof reasoning === 'string') turn.think(reasoning)
    else if (reasoning !== null) this.conversation.diagnose('wrong_type', place, { field: 'reasoning_content', content: reasoning })
  }

  private addCalls(turn: Turn, step: JsonObject, text: string, place: Place): void {
    const all = Array.isArray(step['tool_calls']) ? step['tool_calls'] : []
    const extras: JsonObject = {}
    for (const [i, call] of all.entries()) {
      if (!isObject(call)) {
        this.conversation.diagnose('wrong_type', place, { field: 'tool_calls', content: call })
        continue
      }
      const name = stringOrNull(call['function_name']) ?? ''
      const id = turn.call(stringOrNull(call['tool_call_id']), name, argumentsOf(text, i, call['arguments']), place)
      if (isObject(call['extra'])) setOwn(extras, id, call['extra'])
      this.callIds.push(id)
    }
    if (Object.keys(extras).length > 0) turn.know({ extra: { tool_calls: extras } })
    if (step['tool_calls'] && !Array.isArray(step['tool_calls']))
      this.conversation.diagnose('wrong_type', place, { field: 'tool_calls', content: step['tool_calls'] })
  }

  private async addResults(role: 'system' | 'user' | 'agent', step: JsonObject, place: Place, facts: MessageFacts): Promise<void> {
    const results = this.links.next(step)
    const unlinked: { blocks: Awaited<ReturnType<typeof readContent>>['blocks']; extra: JsonObject }[] = []
    for (const result of results) {
      const callId = result.call === null ? result.sourceCallId : this.callIds[result.call]!
      for (const ref of result.refs) this.refs.push({ step: place.line, callId: result.call === null ? null : callId, ref })
      const { marks, rest } = ownMarks(result.extra ?? undefined)
      const { blocks: read, extra } = await this.parts(result.content, place)
      const blocks = withKept(read, marks)
      const resultExtra = { ...marks?.extra, ...extra, ...resultFacts({ ...result, extra: isObject(rest) ? rest : null }) }
      // A reference to a sub-agent of whose call nothing came back.
      if (marks !== null && result.content === undefined) continue
      if (callId !== null)
        this.conversation.result(callId, blocks, place, {
          ...marks?.facts,
          timestamp: marks?.timestamp === undefined ? (facts.timestamp ?? null) : marks.timestamp,
          replay: facts.replay ?? false,
          is_error: typeof result.extra?.['is_error'] === 'boolean' ? result.extra['is_error'] : null,
          extra: resultExtra,
        })
      else if (blocks.length > 0) unlinked.push({ blocks, extra: resultExtra })
    }
    if (unlinked.length === 0) return
    const extra: JsonObject = { link: 'none' }
    for (const result of unlinked) addOwn(extra, result.extra ?? {})
    // What the environment answered without saying to which call: the model read it as the next message, and so does the row.
    this.conversation.say(
      'user',
      unlinked.flatMap(({ blocks }) => blocks),
      place,
      {
        timestamp: facts.timestamp ?? null,
        // Where calls were made and have their results, what else stands there the harness says to the model.
        origin: role === 'agent' && callsOf(step).length === 0 ? 'tool' : 'harness',
        replay: facts.replay ?? false,
        extra,
      },
    )
  }

  private async content({ message, extra }: JsonObject, place: Place) {
    if (message === null || message === undefined) this.conversation.diagnose('message_null', place)
    const { blocks, ...read } = await this.parts(message, place)
    return { blocks: withKept(blocks, ownMarks(extra).marks), ...read }
  }

  private async parts(content: Json | undefined, place: Place) {
    const { blocks, assets, oddities } = await readContent(content, this.source, this.folder)
    for (const { code, detail } of oddities) this.conversation.diagnose(code, place, detail)
    return { blocks, extra: assets.length > 0 ? { assets } : {} }
  }

  private time(step: JsonObject, place: Place): string | null {
    const time = timeOf(step['timestamp'])
    if (time === null && step['timestamp']) this.conversation.diagnose('unreadable_timestamp', place, step['timestamp'])
    return time
  }

  /** What a step says that has no place of its own in a row. */
  private stepExtra(step: JsonObject, place: Place): JsonObject {
    const extra: JsonObject = {}
    const id = step['step_id'] ?? null
    if (id !== place.line) extra['step_id'] = id
    if (id !== this.lastStepId + 1) this.conversation.diagnose('step_id', place, { found: id, expected: this.lastStepId + 1 })
    this.lastStepId = Number.isInteger(numberOrNull(id)) ? numberOrNull(id)! : this.lastStepId + 1
    for (const key of ['reasoning_effort', 'llm_call_count']) if (step[key] !== undefined && step[key] !== null) extra[key] = step[key]
    const rest = ownMarks(step['extra']).rest ?? null
    if (rest !== null) extra['extra'] = rest
    for (const key of Object.keys(step)) if (!STEP_FIELDS.has(key)) setOwn(extra, key, step[key]!)
    return extra
  }
}

function resultFacts({ isInferred, refs, extra, sourceCallId, call }: LinkedResult): JsonObject {
  return {
    ...(isInferred ? { link: 'inferred' } : {}),
    ...(call === null && sourceCallId !== null ? { source_call_id: sourceCallId } : {}),
    ...(refs.length > 0 ? { subagent_trajectory_ref: refs } : {}),
    ...(extra === null ? {} : { extra }),
  }
}

function stopReason(extra: Json | undefined): string | null {
  if (!isObject(extra)) return null
  const response = isObject(extra['llm_response']) ? extra['llm_response'] : {}
  return stringOrNull(extra['finish_reason']) ?? stringOrNull(extra['stop_reason']) ?? stringOrNull(response['finish_reason'])
}
