import { basename, dirname, isAbsolute, relative, resolve } from 'node:path'
import { stringify } from 'yaml'
import { closing } from '../../closing.ts'
import { messageOf } from '../../errors.ts'
import type { JsonObject } from '../../json/json.ts'
import { PREDEFINED_MODELS } from '../../model/predefined-models.ts'
import { configFromJSON } from '../../pipeline/config/builder.ts'
import { LocalFileSeedSource } from '../../seed/file.ts'
import { AgentRolloutSeedSource } from '../../seed/rollouts.ts'
import { shellWord } from '../../shell-word.ts'
import { type Answers, pathOf, providerFrom, topicsIn } from './answers.ts'

/** Files that come of answers, and what to type next. */
export type Written = { files: { path: string; text: string }[]; next: string[] }

/** Alias of the model in the config. */
const ALIAS = 'writer'

/** Names that the prompt may read: those of the rows. Throws where a file cannot be read. */
export async function columnsOf({ rows, path }: Pick<Answers, 'rows' | 'path'>): Promise<readonly string[]> {
  if (rows === 'nothing') return ['topic', 'tone']
  if (rows === 'sessions') return new AgentRolloutSeedSource({ format: 'codex' }).columns ?? []
  const seed = await new LocalFileSeedSource({ path: resolve(pathOf(path.trim())) }).open()
  using _seed = closing(seed)
  return seed.columns
}

/** The config of the answers, in Data Designer's schema. */
export function configOf(answers: Answers): JsonObject {
  const { rows, format, topics, provider, model, column, prompt, judge, output } = answers
  const path = answers.path.trim() === '' ? {} : { path: placeFrom(output, pathOf(answers.path.trim())) }
  const source =
    rows === 'sessions' ? { seed_type: 'agent_rollout', format, ...path } : rows === 'file' ? { seed_type: 'local', ...path } : null
  const drawn = [
    { name: 'topic', column_type: 'sampler', sampler_type: 'category', params: { values: topicsIn(topics) } },
    { name: 'tone', column_type: 'sampler', sampler_type: 'category', params: { values: ['friendly', 'brief', 'thorough'] } },
  ]
  return {
    ...(source === null ? {} : { seed_config: { source } }),
    model_configs: [{ alias: ALIAS, model: model.trim(), provider: providerFrom(provider).name }],
    columns: [
      ...(source === null ? drawn : []),
      { name: column.trim(), column_type: 'llm-text', model_alias: ALIAS, prompt: prompt.trim() },
      ...(judge ? [judgeOf(column.trim(), prompt.trim())] : []),
    ],
  } as JsonObject
}

/** What is wrong with a prompt that may read these columns, where they are known; null: nothing. */
export function promptMistake(prompt: string, columns: readonly string[] | null): string | null {
  const json = { column_type: 'llm-text', name: 'answer', model_alias: ALIAS, prompt: prompt.trim() }
  try {
    const [column] = configFromJSON({ columns: [json] }).columns
    const [problem] = column!.problems(new Set(columns ?? [])).filter(({ level }) => level === 'error')
    if (problem !== undefined) return problem.message
    const missing = column!.requiredColumns.filter(name => columns?.includes(name) === false)
    return columns === null || missing.length === 0
      ? null
      : `it reads ${missing.join(', ')}, expected some of ${columns.slice(0, 12).join(', ')}${columns.length > 12 ? ', …' : ''}`
  } catch (error) {
    return messageOf(error)
  }
}

/** The files to write, and the commands that go on from them. */
export function filesOf(answers: Answers): Written {
  const output = pathOf(answers.output.trim())
  const { name, endpoint } = providerFrom(answers.provider)
  const key = answers.key.trim()
  const config = configOf(answers)
  const isJSON = output.endsWith('.json')
  const text = isJSON ? `${JSON.stringify(config, null, 2)}\n` : `${HEAD}${stringify(config, { ...AS_READ, lineWidth: 100 })}`
  // A key is named in a file of providers alone: the command line takes a name and a URL.
  const providers = output.replace(/\.\w+$/, '.providers.yaml')
  const hasFile = endpoint !== null && key !== ''
  const served = endpoint === null ? [] : hasFile ? ['--providers', providers] : ['--provider', `${name}=${endpoint}`]
  const command = (verb: string, ...more: string[]) => ['tracewright', verb, output, ...more, ...served].map(shellWord).join(' ')
  return {
    files: [
      { path: output, text },
      ...(hasFile
        ? [{ path: providers, text: stringify({ providers: [{ name, endpoint, provider_type: 'openai', api_key: key }] }, AS_READ) }]
        : []),
    ],
    next: [
      command('preview'),
      command('create', '-o', basename(output).replace(/\.\w+$/, ''), ...(answers.rows === 'nothing' ? ['-n', '10'] : [])),
    ],
  }
}

/** As configs are read: there `no` is no text. */
const AS_READ = { version: '1.1' } as const

const HEAD = `# Written by tracewright init. What else can stand here: docs/config.md, or tracewright agent.\n`

/** A path of the working folder as the config says it: from where the config is. */
function placeFrom(output: string, path: string): string {
  if (isAbsolute(path)) return path
  return relative(dirname(resolve(pathOf(output.trim()))), resolve(path)) || '.'
}

function judgeOf(column: string, prompt: string): JsonObject {
  return {
    name: `${column}_quality`,
    column_type: 'llm-judge',
    model_alias: ALIAS,
    prompt: `A model was asked:\n\n${prompt}\n\nIts answer:\n\n{{ ${column} }}`,
    scores: [
      {
        name: 'helpful',
        description: 'Does the answer do what was asked, and is it right?',
        options: { 1: 'no', 2: 'in part', 3: 'yes', 4: 'yes, and nothing could be better' },
      },
    ],
  }
}

/** The model that a provider is usually asked; '' where nothing is known. */
export function usualModel(provider: string, endpoint: string | null): string {
  if (provider === 'stand-in') return 'stand-in'
  return endpoint === null ? (PREDEFINED_MODELS.find(({ alias }) => alias === `${provider}-text`)?.model ?? '') : ''
}

/** A prompt to begin with. */
export function usualPrompt(rows: string, columns: readonly string[]): string {
  if (rows === 'sessions') return 'Say in one sentence what was done in this session, and how it ended: {{ final_assistant_message }}'
  return rows === 'nothing'
    ? 'Write a {{ tone }} question about {{ topic }} and answer it.'
    : `Say in one sentence what this is: {{ ${columns[0] ?? 'column'} }}`
}
