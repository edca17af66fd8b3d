import { TracewrightError } from '../errors.ts'
import { didYouMean } from '../nearest.ts'
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
  /** 'lineage:90/5/5', 'project:90/10', 'time:2026-03-01'; near-duplicates stay together. */
  split?: string
  /** An earlier export: its rows stay in the split they were in. */
  splitLike?: string
  /** Leave out near-duplicates that share this much of their runs of three words, 0 to 1. */
  dedupe?: number
  /** Files of evaluations; rows that hold 13 words in a row of one are left out. */
  decontaminate?: readonly string[]
  /** Filters by name, 'error-rate:0.2'. */
  filter?: readonly string[]
  /** A git repository on disk, read only: whether commits of sessions were merged or taken back, and how many of their lines still stand. */
  git?: string
  /** What rewards tasks: the first that is known of reward, tests_passed, exit_code, merged, survival. Default: reward. */
  reward?: readonly string[]
  /** Most rows of one first request. */
  perTask?: number
  /** Most rows of one project. */
  perProject?: number
  /** So many rows are written, chosen by a stable hash. */
  exactly?: number
  /** 'default', a file with a policy, 'off'; default: off. */
  redact?: string
  /** Named in the card. */
  license?: string
  /** Of the files. Default: the dialect's. */
  codec?: 'jsonl' | 'parquet'
  /** Render every row with the model's template and count what it loses. */
  check?: boolean
  /** Other models: every row is rendered with their templates, too, and what these lose is counted under their names. */
  checkModels?: readonly string[]
  /** Size at which the next file begins; default 256 MB. */
  shardBytes?: number
  /** Called behind each row that was read. */
  onRow?: (rows: number) => void
}

/** What an export is told besides where to put it: the same in code, in configs and on the command line. */
export type ExportSettings = Omit<ExportOptions, 'output' | 'force' | 'onRow'>

/** The view and the dialect that options name. Throws for names there are not, and for two that do not go together. */
export function planExport(options: ExportSettings): { view: View; dialect: Dialect; codec: 'jsonl' | 'parquet' } {
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
  if (options.check && options.model === undefined)
    throw new TracewrightError('usage', 'A check renders rows as a model gets them: name the model with --model')
  if (options.chatTemplate !== undefined && options.model === undefined)
    throw new TracewrightError('usage', 'A chat template needs the tokenizer its text goes to: name the model with --model')
  if (options.splitLike !== undefined && options.split === undefined)
    throw new TracewrightError('usage', `Cannot split like '${options.splitLike}': there is no split`, {
      hint: 'Say how else: --split lineage:90/10',
    })
  // Configs and code say these as any text.
  if (options.reasoning !== undefined) named('reasoning', options.reasoning, REASONING)
  if (options.tools !== undefined) named('tools', options.tools, TOOLS)
  const { exactly, perTask, perProject, shardBytes } = options
  for (const [name, value] of Object.entries({ exactly, perTask, perProject, shardBytes }))
    if (value !== undefined && !(Number.isInteger(value) && value > 0))
      throw new TracewrightError('usage', `Found ${name} ${value}: expected a whole number from 1`)
  if (options.dedupe !== undefined && !(options.dedupe > 0 && options.dedupe <= 1))
    throw new TracewrightError('usage', `Found a similarity of ${options.dedupe} for near-duplicates: expected a number above 0, 1 at most`)
  return { view, dialect, codec }
}

const REASONING = ['keep', 'last', 'drop', 'inline'].map(name => ({ name }))
const TOOLS = ['recorded', 'inferred', 'none'].map(name => ({ name }))

function named<T extends { name: string }>(kind: string, name: string, all: readonly T[]): T {
  const found = all.find(one => one.name === name)
  if (found !== undefined) return found
  const names = all.map(one => one.name)
  throw new TracewrightError('usage', `Unknown ${kind} '${name}'`, { hint: didYouMean(name, names, `Expected ${names.join(', ')}`) })
}
