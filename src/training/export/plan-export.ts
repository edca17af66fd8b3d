import { TracewrightError } from '../../errors.ts'
import { didYouMean } from '../../nearest.ts'
import { countFrom, isCount } from '../../whole-number.ts'
import type { Dialect } from '../dialect.ts'
import * as dialects from '../dialects.ts'
import type { ExportSettings } from '../settings/export-options.ts'
import type { Mistakes } from '../settings/mistakes.ts'
import type { View } from '../view.ts'
import * as views from '../views.ts'

/** What is made of rows, and how it is written. */
export type PlannedExport = { view: View; dialect: Dialect; codec: 'jsonl' | 'parquet' }

/** The view and the dialect that options name; undefined where they cannot be told. Notes names there are not, what does not go together, numbers that cannot be. */
export function planExport(options: ExportSettings, mistakes: Mistakes): PlannedExport | undefined {
  noteValues(options, mistakes)
  return mistakes.try(() => formOf(options))
}

function formOf(options: ExportSettings): PlannedExport {
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
  return { view, dialect, codec }
}

/** Notes values that cannot be followed, whatever the view and the dialect are. Configs and code say them as any text. */
function noteValues(options: ExportSettings, mistakes: Mistakes): void {
  const { maxTokens, model, exactly, perTask, perProject, shardBytes, dedupe } = options
  const refuse = (message: string, hint?: string) =>
    mistakes.try(() => {
      throw new TracewrightError('usage', message, hint === undefined ? {} : { hint })
    })
  if (model === undefined) {
    if (maxTokens !== undefined) refuse('A budget in tokens needs the tokenizer they are counted with: name the model with --model')
    if (options.check) refuse('A check renders rows as a model gets them: name the model with --model')
    if (options.chatTemplate !== undefined) refuse('A chat template needs the tokenizer its text goes to: name the model with --model')
  }
  if (maxTokens !== undefined && !isCount(maxTokens, 1)) refuse(`Found a budget of ${maxTokens} tokens: expected ${countFrom(1)}`)
  if (options.splitLike !== undefined && options.split === undefined)
    refuse(`Cannot split like '${options.splitLike}': there is no split`, 'Say how else: --split lineage:90/10')
  if (options.reasoning !== undefined) mistakes.try(() => named('reasoning', options.reasoning!, REASONING))
  if (options.tools !== undefined) mistakes.try(() => named('tools', options.tools!, TOOLS))
  for (const [name, value] of Object.entries({ exactly, perTask, perProject, shardBytes }))
    if (value !== undefined && !isCount(value, 1)) refuse(`Found ${name} ${value}: expected ${countFrom(1)}`)
  if (dedupe !== undefined && !(dedupe > 0 && dedupe <= 1))
    refuse(`Found a similarity of ${dedupe} for near-duplicates: expected a number above 0, 1 at most`)
}

const REASONING = ['keep', 'last', 'drop', 'inline'].map(name => ({ name }))
const TOOLS = ['recorded', 'inferred', 'none'].map(name => ({ name }))

function named<T extends { name: string }>(kind: string, name: string, all: readonly T[]): T {
  const found = all.find(one => one.name === name)
  if (found !== undefined) return found
  const names = all.map(one => one.name)
  throw new TracewrightError('usage', `Unknown ${kind} '${name}'`, { hint: didYouMean(name, names, `Expected ${names.join(', ')}`) })
}
