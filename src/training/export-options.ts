import { TracewrightError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import type { Dialect } from './dialect.ts'
import * as dialects from './dialects.ts'
import type { ReasoningPolicy } from './reasoning.ts'
import type { View } from './view.ts'
import * as views from './views.ts'

/** What to make of rows, and where to put it. */
export type ExportOptions = {
  /** A folder that is not there yet, or is empty. */
  output: string
  /** Put the export in the place of one that is there, or between other things. Default: false. */
  force?: boolean
  /** Default: session; trajectory for atif, preference for pairs. */
  view?: string
  /** The dialect; default: hf. */
  for?: string
  /** Tokenizer: a file, a folder, an npm package, a model of the hub, o200k. */
  model?: string
  /** A file with the chat template, or 'chatml'; default: the model's own. */
  chatTemplate?: string
  /** Budget of a row. */
  maxTokens?: number
  /** Masks or columns; default: flags and replay. */
  mask?: readonly string[]
  /** Default: keep. */
  reasoning?: ReasoningPolicy
  /** Default: inferred where the log has none. */
  tools?: 'recorded' | 'inferred' | 'none'
  /** 'lineage:90/5/5'. */
  split?: string
  /** Of the files. Default: the dialect's. */
  codec?: 'jsonl' | 'parquet'
  /** Render every row with the model's template and count what it loses. */
  check?: boolean
  /** Size at which the next file begins; default 256 MB. */
  shardBytes?: number
  /** Called behind each row that was read. */
  onRow?: (rows: number) => void
}

/** The view and the dialect that options name. Throws for names there are not, and for two that do not go together. */
export function planExport(options: ExportOptions): { view: View; dialect: Dialect; codec: 'jsonl' | 'parquet' } {
  const wanted = options.for ?? 'hf'
  const isPair = options.view === 'preference'
  const short: { [name: string]: string } = { trl: isPair ? 'trl-dpo' : 'trl-sft', openai: isPair ? 'openai-dpo' : 'openai' }
  const dialect = named<Dialect>('dialect', Object.hasOwn(short, wanted) ? short[wanted]! : wanted, Object.values(dialects))
  const usual = { conversations: 'session', pairs: 'preference', tasks: 'task', trajectories: 'trajectory' }[dialect.takes[0]!]
  const view = named<View>('view', options.view ?? usual, Object.values(views))
  if (!dialect.takes.includes(view.gives)) {
    const fitting = Object.values(views).filter(other => dialect.takes.includes(other.gives))
    throw new TracewrightError('usage', `The dialect ${dialect.name} cannot say what the view ${view.name} gives: ${view.gives}`, {
      hint: `It takes ${fitting.map(other => other.name).join(', ')}`,
    })
  }
  const codec = options.codec ?? dialect.codecs[0]!
  if (!dialect.codecs.includes(codec))
    throw new TracewrightError('usage', `The dialect ${dialect.name} is not written as ${codec}: expected ${dialect.codecs.join(' or ')}`)
  if (dialect.needsModel && options.model === undefined)
    throw new TracewrightError('usage', `The dialect ${dialect.name} makes tokens: name the model with --model`)
  if (options.maxTokens !== undefined && options.model === undefined)
    throw new TracewrightError('usage', 'A budget in tokens needs the tokenizer they are counted with: name the model with --model')
  if (options.maxTokens !== undefined && !(Number.isInteger(options.maxTokens) && options.maxTokens > 0))
    throw new TracewrightError('usage', `Found a budget of ${options.maxTokens} tokens: expected a whole number from 1`)
  return { view, dialect, codec }
}

function named<T extends { name: string }>(kind: string, name: string, all: readonly T[]): T {
  const found = all.find(one => one.name === name)
  if (found !== undefined) return found
  const guess = nearest(
    name,
    all.map(one => one.name),
  )
  throw new TracewrightError('usage', `Unknown ${kind} '${name}'`, {
    hint: guess === null ? `Expected ${all.map(one => one.name).join(', ')}` : `Did you mean '${guess}'?`,
  })
}
