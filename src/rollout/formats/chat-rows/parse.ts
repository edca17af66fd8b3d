import { readJsonOr, writeJson } from '../../../json/exact.ts'
import { isObject, type Json, type JsonObject, stringIn } from '../../../json/json.ts'
import { elementsOf, sourceAt } from '../../../json/source-text.ts'
import type { Outcome } from '../../../row.ts'
import { assembleRow } from '../../conversation/assemble.ts'
import { completionFacts } from '../../conversation/chat-completion.ts'
import { ChatDialogue, restOf } from '../../conversation/chat-dialogue.ts'
import { outcomeOfEnd } from '../../conversation/ending.ts'
import { blocksOf } from '../../conversation/parts.ts'
import type { RolloutRow } from '../../conversation/row.ts'
import { toolSchemas } from '../../conversation/tool-schemas.ts'
import type { ParseJob, Unit } from '../../format.ts'
import { type Entry, entryOf, readListed } from '../../log/entries.ts'
import { judgeHead } from '../../log/head.ts'
import type { Place } from '../../log/ledger.ts'
import { plainName } from '../../log/plain-name.ts'
import { outcomeOf, SCORES, VERDICTS } from './outcome.ts'
import { readRecords } from './read.ts'
import { idOf, isMessage, LISTS, listsOf, messagesIn } from './shape.ts'
import { listIn, shapeOf } from './sniff.ts'
import { promptOf, tell, timeIn } from './tell.ts'

/** Turn a file into its rows: one for each conversation in it. */
export async function* parse(unit: Unit, job: ParseJob): AsyncIterable<Outcome<RolloutRow>> {
  const file = unit.files[0]!
  let head = ''
  const shape = await judgeHead(job.source, file, text => shapeOf((head = text)))
  if (shape === 'row') yield await documentRow(job, file, listIn(head))
  else if (shape === 'messages') yield* conversationOf(job, file)
  else yield* rowsOf(job, file)
}

/** Each record a row. */
async function* rowsOf(job: ParseJob, file: string): AsyncIterable<Outcome<RolloutRow>> {
  const taken = new Map<string, number>()
  let before: JsonObject = {}
  for await (const entry of readRecords(job, file)) {
    // Two runs of one task are two rows of one id, and not the same in all they hold.
    const own = idOf(entry.record)
    const isAgain = own !== null && own === idOf(before) && writeJson(entry.record) === writeJson(before)
    before = entry.record
    if (isAgain) {
      job.ledger.settle(entry.place, 'merged', 'written a second time')
      continue
    }
    const lists = listsOf(entry.record)
    if (lists === null) {
      job.ledger.unknown(entry.place, 'row without a conversation', null)
      yield { reject: { at: `${entry.place.file}:${entry.place.line}`, reason: 'No conversation' } }
      continue
    }
    const messages = lists.flatMap(list => messagesOf(job, entry, list))
    const count = own === null ? 0 : (taken.get(own) ?? 0)
    if (own !== null) taken.set(own, count + 1)
    // One task may have been run several times under one id.
    const id = own === null ? `${stemOf(file)}#${entry.place.line}` : count === 0 ? own : `${own}~${count + 1}`
    yield { row: rowOf(job, file, id, { place: entry.place, record: entry.record }, messages) }
  }
}

/** The messages of a row, each a record of its own that stands where the row does. */
function messagesOf({ ledger }: ParseJob, { place, record, text }: Entry, list: string): Entry[] {
  const value = record[list]
  const written = typeof value === 'string' ? value : text === null ? null : sourceAt(text, [list])
  const sources = written === null ? [] : elementsOf(written)
  return messagesIn(value).flatMap((message, i) => {
    const at = ledger.read(place.file, place.line, place.offset, isObject(message) ? message : null)
    if (isObject(message)) return [sources[i] === undefined ? { place: at, record: message, text: null } : entryOf(at, message, sources[i])]
    ledger.settle(at, 'unparsed', 'not a message')
    return []
  })
}

/** One conversation, a message a record. */
async function* conversationOf(job: ParseJob, file: string): AsyncIterable<Outcome<RolloutRow>> {
  const entries: Entry[] = []
  for await (const entry of readRecords(job, file)) {
    if (isMessage(entry.record)) entries.push(entry)
    else job.ledger.unknown(entry.place, stringIn(entry.record, 'type', 'role', 'from') ?? 'no message', null)
  }
  yield { row: rowOf(job, file, stemOf(file), null, entries) }
}

async function documentRow(job: ParseJob, file: string, list: string): Promise<Outcome<RolloutRow>> {
  const { head, headPlace, entries, diagnostics } = await readListed(job, file, list)
  const rest = list === 'prompt' ? messagesOf(job, { place: headPlace, record: head, text: null }, 'completion') : []
  const row = rowOf(job, file, idOf(head) ?? stemOf(file), { place: headPlace, record: head }, [...entries, ...rest])
  return { row: { ...row, diagnostics: [...row.diagnostics, ...diagnostics] } }
}

function rowOf(
  job: ParseJob,
  file: string,
  id: string,
  about: { place: Place; record: JsonObject } | null,
  messages: readonly Entry[],
): RolloutRow {
  const row = about?.record ?? {}
  const dialogue = new ChatDialogue(job.ledger, file)
  const prompt = promptOf(row, messages[0]?.record)
  if (about !== null && prompt !== null) dialogue.instruct(blocksOf(prompt), about.place)
  else if (about !== null) job.ledger.settle(about.place, 'metadata', 'what is known of the conversation')
  for (const message of messages) tell(dialogue, message)
  const said = dialogue.finish()
  const tools = ['tools', 'available_tools', 'functions'].map(key => toolSchemas(listOf(row[key]))).find(found => found.length > 0) ?? []
  const model = stringIn(row, 'model', 'model_name', 'model_id')
  const time = timeIn(row)
  return assembleRow(
    {
      trace_id: id,
      source_kind: 'chat_rows',
      source_path: job.source.absolute(file),
      cwd: stringIn(row, 'cwd'),
      timestamps: time === null ? [] : [time],
      models: model === null ? [] : [model],
      usage: said.usage ?? completionFacts(row, null).usage,
      ...(tools.length === 0 ? {} : { tools: { status: 'recorded' as const, schemas: tools } }),
      source_meta: restOf(row, new Set([...TOLD, ...(listsOf(row) ?? [])])),
      outcome: outcomeOf(row, outcomeOfEnd(said, { isSilent: true })),
    },
    said,
  )
}

/** A list, or the JSON text of one. */
function listOf(value: Json | undefined): Json | undefined {
  return typeof value === 'string' ? (readJsonOr(value) ?? null) : value
}

function stemOf(file: string): string {
  return plainName(file).replace(/\.jsonl?$/, '')
}

const TOLD = new Set<string>([
  ...LISTS,
  ...VERDICTS,
  ...SCORES,
  'system',
  'system_prompt',
  'tools',
  'functions',
  'usage',
  'exit_status',
  'cwd',
])
