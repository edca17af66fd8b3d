import { type Compat, isVersion057 } from '../compat.ts'
import { factsOf } from '../dataset/facts.ts'
import { selectorOf } from '../dataset/select.ts'
import { type Selectors, selects } from '../dataset/selectors.ts'
import { TracewrightError } from '../errors.ts'
import { booleanAt, choiceAt, type Fields, refuse, refuseUnknownKeys, refuseUnknownOptions, requiredStringAt, stringAt } from '../fields.ts'
import type { JsonObject } from '../json/json.ts'
import { DOCUMENTED_COLUMNS, ROLLOUT_COLUMNS } from '../rollout/conversation/row.ts'
import type { RolloutFormat } from '../rollout/format.ts'
import * as formats from '../rollout/formats.ts'
import { type FormatName, formatNamed } from '../rollout/known-formats.ts'
import { openRollouts } from '../rollout/read.ts'
import type { Outcome, Row } from '../row.ts'
import { withPandasTexts } from './pandas-texts.ts'
import { placeFrom, refuseMissing } from './place.ts'
import { defineSeed, type OpenSeed, type SeedSource } from './seed.ts'
import { selectAt } from './select-fields.ts'

/** Names of the rollout formats: `AgentRolloutFormat.CLAUDE_CODE` is 'claude_code'. */
export const AgentRolloutFormat = Object.freeze(
  Object.fromEntries(Object.values(formats).map(format => [format.name.toUpperCase(), format.name])),
) as FormatNames

/** One of the rollout formats' names. */
export type AgentRolloutFormat = FormatName

/** The names, in capitals as keys. */
type FormatNames = { readonly [Name in FormatName as Uppercase<Name>]: Name }

/** What an `AgentRolloutSeedSource` is made of. */
export type AgentRolloutOptions = {
  /** Which agent wrote the logs; 'auto' judges each file by its content; a format of another package is given itself. */
  format: AgentRolloutFormat | 'auto' | RolloutFormat
  /** Folder, or one file. Default: where the agent keeps its logs. */
  path?: string | null
  /** Pattern on base names. Default: the format's own. */
  filePattern?: string | null
  /** Whether subfolders are searched. Default true. */
  recursive?: boolean
  /** 'data_designer' reproduces NeMo Data Designer's rows, quirks included. */
  compat?: 'data_designer' | null
  /** 'all' makes a row of every abandoned path too. Default 'active'. */
  branches?: 'active' | 'all'
  /** 'as_sent' gives what the model was last given. Default 'recorded'. */
  context?: 'recorded' | 'as_sent'
  /** Only the rows of these sessions; the others are read and left out. */
  select?: Selectors | null
}

/** Agent logs on disk as rows: one per session, in 16 documented columns and some more. */
export class AgentRolloutSeedSource implements SeedSource {
  readonly seedType = 'agent_rollout'
  /** Which logs, and how they are read. */
  readonly options: Readonly<AgentRolloutOptions>

  constructor(options: AgentRolloutOptions) {
    refuseUnknownOptions(
      options,
      ['format', 'path', 'file_pattern', 'recursive', 'compat', 'branches', 'context', 'select'],
      'AgentRolloutSeedSource',
    )
    if (options.format !== 'auto') checkFormat(options.format, options.path ?? null)
    checkFilePattern(options.filePattern ?? null)
    if (selects(options.select)) selectorOf(options.select)
    this.options = { ...options }
  }

  get columns(): readonly string[] {
    return this.options.compat ? DOCUMENTED_COLUMNS : ROLLOUT_COLUMNS
  }

  find(base: string | null = null): void {
    if (this.options.path) refuseMissing(placeFrom(base, this.options.path))
  }

  async open(base: string | null = null): Promise<OpenSeed> {
    this.find(base)
    const { branches = 'active', context = 'recorded', path: given, select, ...which } = this.options
    const path = given ? placeFrom(base, given) : null
    if (!which.compat) this.find(base) // told as `validate` tells it
    const isSelected = selects(select) ? selectorOf(select) : null
    const isTaken = (outcome: Outcome<Row>) => isSelected === null || 'reject' in outcome || isSelected(factsOf(outcome.row))
    const rollouts = await openRollouts({ ...which, path, branches, context })
    return {
      columns: this.columns,
      size: rollouts.units.length,
      place: path ?? `the usual ${nameOf(this.options.format)} folders`,
      read: async index => ((await rollouts.read(rollouts.units[index]!)).outcomes as Outcome<Row>[]).filter(isTaken),
      close: () => rollouts.close(),
    }
  }

  /** Its rows, with `nan` where pandas has it; 0.5.7 knows no such texts. */
  async openAsDataDesigner(base: string | null = null, compat: Compat | null = null): Promise<OpenSeed> {
    const seed = await this.open(base)
    return this.options.compat !== 'data_designer' || isVersion057(compat) ? seed : withPandasTexts(seed)
  }

  /** Null where Data Designer reads the format, else the formats it reads. */
  get unknownToDataDesigner(): string[] | null {
    const read = Object.values<RolloutFormat>(formats).filter(({ dataDesigner }) => dataDesigner !== null)
    return read.some(({ name }) => name === nameOf(this.options.format)) ? null : read.map(({ name }) => name)
  }

  /** Its rows are Data Designer's. What that cannot read stays as it is, and is told when the config is checked. */
  asDataDesigner(): AgentRolloutSeedSource {
    const isKept = this.options.compat === 'data_designer' || this.unknownToDataDesigner !== null
    return isKept ? this : new AgentRolloutSeedSource({ ...this.options, compat: 'data_designer' })
  }

  toJSON(): JsonObject {
    const { format, path, filePattern, recursive, compat, branches, context, select } = this.options
    return {
      seed_type: this.seedType,
      path: path ?? null,
      file_pattern: filePattern ?? null,
      recursive: recursive ?? true,
      format: nameOf(format),
      // Options the reference does not know are written only where they are used, so that it can load the rest.
      ...(compat ? { compat } : {}),
      ...(branches && branches !== 'active' ? { branches } : {}),
      ...(context && context !== 'recorded' ? { context } : {}),
      ...(selects(select) ? { select: select as JsonObject } : {}),
    }
  }
}

function nameOf(format: AgentRolloutOptions['format']): string {
  return typeof format === 'string' ? format : format.name
}

function checkFormat(given: string | RolloutFormat, path: string | null): void {
  const where = 'seed_config.source'
  try {
    const format = formatNamed(given)
    if (format.roots.length > 0 || path) return
    refuse(
      `AgentRolloutSeedSource.path is required for format '${format.name}'`,
      where,
      `Name the folder that holds the ${format.title} files`,
    )
  } catch (error) {
    if (!(error instanceof TracewrightError) || error.kind !== 'usage') throw error
    refuse(error.message, where, error.hint ?? undefined)
  }
}

/** Patterns match base names, so a folder in one can never match. */
export function checkFilePattern(pattern: string | null): void {
  if (pattern === null) return
  if (pattern.trim() === '' || /[/\\]/.test(pattern))
    refuse(`file_pattern: found '${pattern}', expected a pattern on file names alone, such as '*.jsonl'`, 'seed_config.source')
}

const FIELDS: Fields = {
  seed_type: ['text', '', 'which kind of seed'],
  format: [[...Object.values(formats).map(({ name }) => name), 'auto'].map(name => `\`${name}\``).join(', '), '', 'who wrote the logs'],
  path: ['text', "the agent's usual folders", 'folder, or one file; required for `atif`'],
  file_pattern: ['text', "the format's own", 'only files whose name matches'],
  recursive: ['true or false', 'true', 'search subfolders, too'],
  compat: ['`data_designer`', 'null', "reproduce NeMo Data Designer's rows, quirks included"],
  branches: ['`active` or `all`', '`active`', 'whether abandoned branches are rows of their own'],
  context: ['`recorded` or `as_sent`', '`recorded`', 'what was recorded, or what the model was last sent'],
  select: ['object', 'all sessions', 'only sessions that meet selectors; see [seeds](seeds.md)'],
}

export const agentRollout = defineSeed({
  name: 'agent_rollout',
  description: 'Session logs of coding agents, one row per session',
  fields: FIELDS,
  columns: ROLLOUT_COLUMNS,
  fromJSON: config => {
    const at = 'seed_config.source'
    refuseUnknownKeys(config, FIELDS, at)
    const compat = choiceAt(config, 'compat', at, ['data_designer'])
    const branches = choiceAt(config, 'branches', at, ['active', 'all'])
    const context = choiceAt(config, 'context', at, ['recorded', 'as_sent'])
    return new AgentRolloutSeedSource({
      format: requiredStringAt(config, 'format', at) as FormatName,
      path: stringAt(config, 'path', at),
      filePattern: stringAt(config, 'file_pattern', at),
      recursive: booleanAt(config, 'recursive', at) ?? true,
      compat,
      ...(branches === null ? {} : { branches }),
      ...(context === null ? {} : { context }),
      select: selectAt(config, at),
    })
  },
  example: {
    files: { 'logs/rollout.jsonl': Object.values(formats.codex.example('kite', ['Mended.']))[0]! },
    needs: { path: 'logs', format: 'codex' },
    more: { file_pattern: '*.jsonl', recursive: true },
    rows: [{ source_kind: 'codex', final_assistant_message: 'Mended.' }],
  },
})
