import { join } from 'node:path'
import { WholeFile } from '../../disk/whole-file.ts'
import { refuseUnknownOptions } from '../../fields.ts'
import { isObject } from '../../json/json.ts'
import type { KnownValues } from '../../redact/known-values.ts'
import type { Outcome, Row } from '../../row.ts'
import { NO_OTHERS, OtherRows } from '../answers/other-answers.ts'
import { masked } from '../apply-masks.ts'
import { assertConserved, emptyFunnel, type Funnel } from '../conversation/account.ts'
import { type Conversation, conversationOf } from '../conversation/conversation.ts'
import { allMessages, type Example } from '../conversation/example.ts'
import { jsonLine, type Written } from '../conversation/json-line.ts'
import { isCut } from '../conversation/tool-list.ts'
import { curated } from '../curate/curated.ts'
import type { Curated } from '../curate/curation.ts'
import { outcomesOf } from '../curate/outcomes-of.ts'
import type { DialectContext, DialectRow } from '../dialect.ts'
import type { Measure } from '../fit/measure.ts'
import { cardOf } from '../folder/card.ts'
import { clearOutput } from '../folder/export-folder.ts'
import type { ExportReport } from '../folder/export-report.ts'
import { datasetsFeatures } from '../folder/features.ts'
import { countFidelity } from '../folder/fidelity-counts.ts'
import { manifestLine } from '../folder/manifest.ts'
import { attempt, Rejects } from '../folder/rejects.ts'
import { SplitWriter } from '../folder/shards.ts'
import { type Signals, signalsOf } from '../outcome/signals.ts'
import { ExactChoice } from '../scratch/exact-choice.ts'
import type { ExportOptions } from '../settings/export-options.ts'
import { EXPORT_SETTINGS } from '../settings/settings-table.ts'
import { findingsOf } from './check.ts'
import { type PrepareOptions, prepared } from './prepare.ts'
import { readyExport, rulesFor } from './ready-export.ts'
import { rowsWhere } from './rows-where.ts'

/** Rows → training data in a folder, a row at a time. Every word of the model is accounted for: trained, masked, or dropped with a reason. */
export async function exportDataset(
  rows: AsyncIterable<Row | Outcome> | Iterable<Row | Outcome>,
  options: ExportOptions,
): Promise<ExportReport> {
  refuseUnknownOptions(options, [...Object.keys(EXPORT_SETTINGS), ...BESIDE_SETTINGS], 'an export')
  const { view, dialect, codec, split, git, redaction, measure, tried, curation, named, scratch } = await readyExport(options)
  // Until there is a row, nothing is made and nothing gives way.
  const all = outcomesOf(rows, options.onRow)
  const iterator = (options.where === undefined ? all : rowsWhere(all, options.where, { scratch, git: options.git }))[
    Symbol.asyncIterator
  ]()
  const first = await iterator.next()
  const columns = columnsOf(first)
  const { masks, filter, reward } = columns === null || options.columns !== undefined ? named : rulesFor(options, columns)
  clearOutput(options.output)
  const types = dialect.columns(view.gives)
  const shards = {
    codec,
    types,
    features: datasetsFeatures(types),
    hasFilePerRow: dialect.hasFilePerRow === true,
    ...(options.shardBytes === undefined ? {} : { shardBytes: options.shardBytes }),
  }
  const context: DialectContext = { template: measure.template, isParquet: codec === 'parquet' }
  const reading = { count: measure.count, tools: options.tools ?? 'inferred' } as const
  const read = (row: Row, number: number) => conversationOf(row, number, reading)

  const others = view.looksAtOthers ? new OtherRows(scratch) : null

  /** All rows through all stages; what is left of them is emitted. */
  const walk = async (steps: AsyncIterable<Curated>, books: Books, emit: Emit) => {
    for await (const { outcome, dropped, split: place, known } of steps) {
      const { funnel, rejects } = books
      funnel.rows++
      if ('reject' in outcome) {
        rejects.add(outcome.reject.at, outcome.reject.reason)
        continue
      }
      const found = read(outcome.row, funnel.rows)
      if ('reason' in found) {
        rejects.add(typeof outcome.row['trace_id'] === 'string' ? outcome.row['trace_id'] : `row ${funnel.rows}`, found.reason)
        continue
      }
      countFidelity(outcome.row, books.fidelity)
      const signals = signalsOf(found, git)
      const { account } = found
      if (found.orphans > 0) count(books.notes, 'results left out that answer no call', found.orphans)
      if (dropped !== null) {
        account.note(dropped)
        account.dropRest(dropped)
      }
      const isAny = dropped !== null || (await examples(masked(found, masks, signals), { split: place, signals, known }, emit))
      account.dropRest(view.leavesOut)
      account.settle(funnel, loss => rejects.lose(found.traceId, loss), isAny ? null : NOTHING)
    }
  }

  /** False where no row came of it, and none was refused. */
  const examples = async (conversation: Conversation, place: Place, emit: Emit) => {
    let key = 0
    let isAny = false
    const refuse = (example: Example, reason: string, where: string | null = null) => {
      isAny = true
      example.account.note(reason, where)
      dropTrained(example, reason)
    }
    const gained = reward(conversation.row, place.signals)
    for (const found of view.examples(conversation, others?.answersTo(conversation, gained) ?? NO_OTHERS)) {
      const example = { ...found, facts: { ...found.facts, reward: gained } }
      const window = windowOf(measure, options)
      const settings: PrepareOptions = { view, dialect, reasoning: options.reasoning ?? 'keep', window }
      const ready = attempt(() => [...prepared(example, settings)])
      if ('reason' in ready) {
        refuse(example, ready.reason)
        continue
      }
      for (const piece of ready.value) {
        const made = attempt(() => dialect.rows(piece, context))
        if ('reason' in made) {
          refuse(piece, made.reason)
          continue
        }
        for (const one of made.value) {
          isAny = true
          const manifest = manifestLine(one, piece, { dialect: dialect.name, redaction: redaction?.hash ?? null, signals: place.signals })
          const left = place.known === null ? null : placeOfLeft(one, manifest, place.known)
          if (left !== null) refuse(piece, 'A value that was redacted is still in the row', left)
          else if (await emit({ one, manifest, example: piece, split: place.split, key: key++ })) enter(one, piece)
          else refuse(piece, 'beyond the number of rows that was asked for')
        }
      }
    }
    return isAny
  }

  const stages = await curated(resumed(first, iterator), options, { rules: curation, scratch, split, redaction, git, read, filter })
  const writers = new Map(split.names.map(name => [name, new SplitWriter(options.output, name, shards)]))
  const books = emptyBooks(join(options.output, 'rejects.jsonl'))
  const { funnel, rejects, notes } = books
  const findings: { [finding: string]: number } = {}
  try {
    using _stages = stages
    using _others = others
    await others?.read(stages.rows(), read, one => reward(one.row, signalsOf(one, git)))
    const choice = options.exactly === undefined ? null : new ExactChoice(options.exactly, scratch)
    if (choice !== null) {
      await walk(stages.rows(), emptyBooks(null), async ({ example, key }) => {
        choice.offer(example.traceId, key)
        return true
      })
      choice.choose()
    }
    await walk(stages.rows(), books, async ({ one, manifest, example, split: place, key }) => {
      if (choice !== null && !choice.takes(example.traceId, key)) return false
      funnel.examples++
      for (const { elided } of one.messages) if (elided > 0) count(notes, 'results shortened in the middle')
      for (const { before, template } of tried)
        for (const finding of findingsOf(example, one.messages, template)) count(findings, before + finding)
      if (example.tools.status === 'inferred') count(notes, 'rows with inferred tools')
      if (isCut(example.tools)) count(notes, 'rows that list the tools they call alone, for want of room')
      await writers.get(place ?? split.names[0]!)!.write(one.row, manifest)
      return true
    })
    assertConserved(funnel)
    const splits = []
    for (const writer of writers.values()) splits.push({ name: writer.name, rows: writer.rows, files: await writer.close() })
    rejects.close()
    const report: ExportReport = {
      view: view.name,
      dialect: dialect.name,
      unit: measure.unit,
      funnel,
      splits,
      rejects: rejects.counts,
      notes,
      redaction: redaction?.report() ?? null,
      fidelity: books.fidelity,
      ...(tried.length > 0 ? { check: findings } : {}),
    }
    writeBeside(options.output, { ...dialect.files?.(splits), 'export.json': `${JSON.stringify(report, null, 2)}\n` })
    writeBeside(options.output, {
      'README.md': cardOf({ report, columns: types, license: options.license ?? null, hasFilePerRow: dialect.hasFilePerRow === true }),
    })
    return report
  } catch (error) {
    for (const writer of writers.values()) await writer.abort()
    rejects.abort()
    throw error
  }
}

/** A row that was made, and what the manifest says of it. `key`: its number among the rows of its session. */
type Made = { one: DialectRow; manifest: ReturnType<typeof manifestLine>; example: Example; split: string | null; key: number }
/** Where it goes; false where it is not wanted. */
type Emit = (made: Made) => Promise<boolean>
type Place = { split: string | null; signals: Signals; known: Curated['known'] }
type Books = { funnel: Funnel; rejects: Rejects; fidelity: { [finding: string]: number }; notes: { [note: string]: number } }

/** Where a value stands that was to be redacted; null where it does not. Words behind token ids stand in the manifest alone. */
function placeOfLeft(one: DialectRow, manifest: Made['manifest'], known: KnownValues): string | null {
  if (![one.row, manifest].some(written => known.any(jsonLine(written)))) return null
  const message = one.messages.findIndex(({ text, reasoning, calls }) => known.any(jsonLine([text, reasoning ?? '', ...calls])))
  if (message >= 0) return `message ${one.messages[message]!.source ?? message}`
  const holds = (value: { [key: string]: Written }) => Object.keys(value).find(key => known.any(jsonLine({ [key]: value[key] })))
  const [column, key] = [holds(one.row), holds(manifest)]
  return column !== undefined ? `column ${column}` : key !== undefined ? `${key} of the manifest` : 'between columns'
}

const NOTHING = 'no row was made of the session: nothing in it is to be trained'

/** The rest of what an iterator gives, its first result taken already. */
async function* resumed<T>(first: IteratorResult<T>, rest: Iterator<T> | AsyncIterator<T>): AsyncIterable<T> {
  try {
    for (let next = first; !next.done; next = await rest.next()) yield next.value
  } finally {
    await rest.return?.()
  }
}

/** Columns of the rows, by the first; null where it is none. */
function columnsOf({ done, value }: IteratorResult<Row | Outcome>): ReadonlySet<string> | null {
  return done === true || 'reject' in value ? null : new Set(Object.keys('row' in value && isObject(value.row!) ? value.row : value))
}

function windowOf(measure: Measure, { maxTokens }: ExportOptions): PrepareOptions['window'] {
  if (maxTokens === undefined) return null
  return { budget: maxTokens, count: measure.count, measure: measure.conversation }
}

function emptyBooks(rejects: string | null): Books {
  return { funnel: emptyFunnel(), rejects: new Rejects(rejects), fidelity: {}, notes: {} }
}

function count(counts: { [what: string]: number }, what: string, more = 1): void {
  counts[what] = (counts[what] ?? 0) + more
}

/** What the row trains goes into the books. */
function enter({ messages, trained, unlearnt }: DialectRow, example: Example): void {
  for (const [i, message] of messages.entries()) {
    if (!trained[i] && !(unlearnt !== undefined && message.train)) continue
    for (const source of [message.source, ...(message.joined ?? [])]) {
      if (source === null) continue
      if (!trained[i]) {
        example.account.mask(source, unlearnt!)
        continue
      }
      example.account.train(source, 'answer')
      if (message.reasoning !== null || message.inlined === true) example.account.train(source, 'reasoning')
    }
  }
}

function dropTrained(example: Example, reason: string): void {
  for (const { train, source, joined } of allMessages(example)) {
    if (train) for (const index of [source, ...(joined ?? [])]) if (index !== null) example.account.drop(index, reason)
  }
}

function writeBeside(folder: string, files: { [name: string]: string }): void {
  for (const [name, text] of Object.entries(files)) {
    const file = new WholeFile(join(folder, name))
    file.write(text)
    file.close()
  }
}

/** What an export is told besides its settings. */
const BESIDE_SETTINGS: readonly (keyof ExportOptions)[] = ['output', 'force', 'columns', 'memoryMB', 'onRow']
