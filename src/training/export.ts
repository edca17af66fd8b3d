import { join } from 'node:path'
import { WholeFile } from '../disk/whole-file.ts'
import { TracewrightError } from '../errors.ts'
import type { Outcome, Row } from '../row.ts'
import { assertConserved, emptyFunnel, type Funnel } from './account.ts'
import { masked, masksNamed } from './apply-masks.ts'
import { cardOf } from './card.ts'
import { findingsOf } from './check.ts'
import { conversationOf } from './conversation.ts'
import type { DialectContext, DialectRow } from './dialect.ts'
import { messagesBehind } from './dialects/pretokenized.ts'
import { allMessages, type Example } from './example.ts'
import { clearOutput, refuseOutput } from './export-folder.ts'
import { type ExportOptions, planExport } from './export-options.ts'
import { datasetsFeatures } from './features.ts'
import type { Written } from './json-line.ts'
import { type Measure, openMeasure } from './measure.ts'
import { type PrepareOptions, prepared } from './prepare.ts'
import { SplitWriter } from './shards.ts'
import { splitNamed } from './split.ts'

/** What came of an export. */
export type ExportReport = {
  /** View of the rows. */
  view: string
  /** Dialect of the trainer. */
  dialect: string
  /** What the funnel counts: characters where no model was named. */
  unit: 'tokens' | 'characters'
  /** What became of every example. */
  funnel: Funnel
  /** What was written. */
  splits: { name: string; rows: number; files: string[] }[]
  /** Rows and examples that could not be written, by reason. */
  rejects: { [reason: string]: number }
  /** What was changed on the way. */
  notes: { [note: string]: number }
  /** What the model's template does to the rows. */
  check?: { [finding: string]: number }
}

/** Rows → training data in a folder, a row at a time. Every word of the model is accounted for: trained, masked, or dropped with a reason. */
export async function exportDataset(
  rows: AsyncIterable<Row | Outcome> | Iterable<Row | Outcome>,
  options: ExportOptions,
): Promise<ExportReport> {
  const { view, dialect, codec } = planExport(options)
  const split = splitNamed(options.split)
  const rules = masksNamed(options.mask, null)
  const measure = await openMeasure(options)
  refuseOutput(options.output, options.force)
  // Until there is a row, nothing is made and nothing gives way.
  const iterator = Symbol.asyncIterator in rows ? rows[Symbol.asyncIterator]() : rows[Symbol.iterator]()
  const first = await iterator.next()
  clearOutput(options.output)
  const types = dialect.columns(view.gives)
  const shards = {
    codec,
    types,
    features: datasetsFeatures(types),
    ...(options.shardBytes === undefined ? {} : { shardBytes: options.shardBytes }),
  }
  const writers = new Map(split.names.map(name => [name, new SplitWriter(options.output, name, shards)]))
  const rejects = new Rejects(join(options.output, 'rejects.jsonl'))
  const funnel = emptyFunnel()
  const notes: { [note: string]: number } = {}
  const note = (what: string, times = 1) => (notes[what] = (notes[what] ?? 0) + times)
  const findings: { [finding: string]: number } = {}
  const context: DialectContext = { template: measure.template, isParquet: codec === 'parquet' }

  const write = async (example: Example) => {
    const made = attempt(() => dialect.rows(example, context))
    if ('reason' in made) {
      rejects.add(example.traceId, made.reason)
      dropTrained(example, 'refused by the template or the dialect')
      return
    }
    for (const one of made.value) {
      enter(one, example)
      funnel.examples++
      for (const { elided } of one.messages) if (elided > 0) note('results shortened in the middle')
      if (options.check && measure.template !== null)
        for (const finding of findingsOf(example, one.messages, measure.template)) findings[finding] = (findings[finding] ?? 0) + 1
      if (example.tools.status === 'inferred') note('rows with inferred tools')
      await writers.get(split.of(example.lineage))!.write(one.row, knownOf(one, example, dialect.name))
    }
  }

  try {
    for await (const given of resumed(first, iterator)) {
      const outcome: Outcome = isOutcome(given) ? given : { row: given }
      funnel.rows++
      options.onRow?.(funnel.rows)
      if ('reject' in outcome) {
        rejects.add(outcome.reject.at, outcome.reject.reason)
        continue
      }
      const read = conversationOf(outcome.row, funnel.rows, { count: measure.count, tools: options.tools ?? 'inferred' })
      if ('reason' in read) {
        rejects.add(typeof outcome.row['trace_id'] === 'string' ? outcome.row['trace_id'] : `row ${funnel.rows}`, read.reason)
        continue
      }
      const conversation = masked(read, rules)
      for (const example of view.examples(conversation)) {
        const settings: PrepareOptions = {
          view,
          dialect,
          reasoning: options.reasoning ?? 'keep',
          window: windowOf(measure, example, options),
        }
        const ready = attempt(() => [...prepared(example, settings)])
        if ('reason' in ready) {
          rejects.add(example.traceId, ready.reason)
          dropTrained(example, 'refused by the template or the dialect')
        } else for (const one of ready.value) await write(one)
      }
      conversation.account.dropRest(view.leavesOut)
      conversation.account.settle(funnel)
    }
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
      ...(options.check ? { check: findings } : {}),
    }
    writeBeside(options.output, { ...dialect.files?.(splits), 'export.json': `${JSON.stringify(report, null, 2)}\n` })
    writeBeside(options.output, { 'README.md': cardOf({ splits, dialect: dialect.name, view: view.name, examples: funnel.examples }) })
    return report
  } catch (error) {
    for (const writer of writers.values()) await writer.abort()
    rejects.abort()
    throw error
  }
}

/** The rest of what an iterator gives, its first result taken already. */
async function* resumed<T>(first: IteratorResult<T>, rest: Iterator<T> | AsyncIterator<T>): AsyncIterable<T> {
  try {
    for (let next = first; !next.done; next = await rest.next()) yield next.value
  } finally {
    await rest.return?.()
  }
}

function isOutcome(value: Row | Outcome): value is Outcome {
  const keys = Object.keys(value)
  return (
    keys.length === 1 && (keys[0] === 'row' || keys[0] === 'reject') && typeof (value as { [key: string]: unknown })[keys[0]] === 'object'
  )
}

function windowOf(measure: Measure, example: Example, { maxTokens }: ExportOptions): PrepareOptions['window'] {
  if (maxTokens === undefined) return null
  return { budget: maxTokens, count: measure.count, measure: messages => measure.conversation(messages, example) }
}

/** What the row trains goes into the books. */
function enter({ messages, trained }: DialectRow, example: Example): void {
  for (const [i, message] of messages.entries()) {
    if (!trained[i]) continue
    for (const source of [message.source, ...(message.joined ?? [])]) {
      if (source === null) continue
      example.account.train(source, 'answer')
      if (message.reasoning !== null || message.inlined === true) example.account.train(source, 'reasoning')
    }
  }
}

function knownOf({ messages, trained }: DialectRow, example: Example, dialect: string): { [key: string]: Written } {
  return {
    train: [...trained],
    trace_id: example.traceId,
    lineage: example.lineage,
    sources: messages.map(message => (message.joined === undefined ? message.source : [message.source, ...message.joined])),
    tools: example.tools.status,
    ...(example.pair === null ? {} : { evidence: example.pair.evidence }),
    ...(messages.some(message => message.elided > 0) ? { elided: messages.map(message => message.elided) } : {}),
    ...(dialect === 'pretokenized' ? { messages: messagesBehind([...messages]) } : {}),
  }
}

function dropTrained(example: Example, reason: string): void {
  for (const { train, source, joined } of allMessages(example)) {
    if (train) for (const index of [source, ...(joined ?? [])]) if (index !== null) example.account.drop(index, reason)
  }
}

/** What a template or a dialect refuses costs the example; any other error is ours and ends the export. */
function attempt<T>(make: () => T): { value: T } | { reason: string } {
  try {
    return { value: make() }
  } catch (error) {
    if (error instanceof TracewrightError && error.kind !== 'defect') return { reason: error.sentence }
    throw error
  }
}

/** What could not be written, in a file and counted by reason. */
class Rejects {
  readonly counts: { [reason: string]: number } = Object.create(null) as { [reason: string]: number }
  private readonly file: WholeFile

  constructor(path: string) {
    this.file = new WholeFile(path)
  }

  add(at: string, reason: string): void {
    const kind = reason.replace(/\d+/g, 'N').slice(0, 200)
    const known = kind in this.counts || Object.keys(this.counts).length < 200 ? kind : 'other reasons'
    this.counts[known] = (this.counts[known] ?? 0) + 1
    this.file.write(`${JSON.stringify({ at, reason })}\n`)
  }

  close(): void {
    this.file.close()
  }

  abort(): void {
    this.file.abort()
  }
}

function writeBeside(folder: string, files: { [name: string]: string }): void {
  for (const [name, text] of Object.entries(files)) {
    const file = new WholeFile(join(folder, name))
    file.write(text)
    file.close()
  }
}
