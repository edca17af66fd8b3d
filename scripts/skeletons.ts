/**
 * What `npm run new` writes for an extension of one kind: whole files, and the line of its registry. Its contract says what is
 * missing, and `npm run docs` tells of it on a page.
 */
export type Skeleton = {
  files: { [path: string]: string }
  registry: { path: string; line: string }
  contract: string
  page: string
}

/** The extension points that a skeleton can be written for. */
export const SKELETONS: { readonly [kind: string]: (name: string) => Skeleton } = {
  codec,
  column,
  format,
  processor,
  provider,
  sampler,
  seed,
  validator,
}

function column(name: string): Skeleton {
  const [camel, Pascal] = [camelCase(name), pascalCase(name)]
  return {
    registry: { path: 'src/column/columns.ts', line: `export { ${camel} } from './${name}.ts'` },
    contract: 'src/column/columns.test.ts',
    page: 'docs/columns.md',
    files: {
      [`src/column/${name}.ts`]: `import { type Fields, requiredStringAt } from '../fields.ts'
import type { JsonObject } from '../json/json.ts'
import { ownValue } from '../json/own.ts'
import { type CommonColumnOptions, defineColumn, type Generator, type Problem } from './column.ts'
import { commonFromJSON } from './common-settings.ts'
import { ConfiguredColumn } from './configured-column.ts'

/** The value of another column. Say here what the column holds. */
export class ${Pascal}ColumnConfig extends ConfiguredColumn {
  override readonly columnType = '${name}'
  /** The column it reads. */
  readonly from: string

  constructor(options: CommonColumnOptions & { from: string }) {
    super(options, FIELDS)
    this.from = options.from
  }

  override get requiredColumns(): readonly string[] {
    return [this.from]
  }

  override problems(): Problem[] {
    return []
  }

  override open(): Generator {
    return { kind: 'row', generate: async row => [{ ...row, [this.name]: ownValue(row, this.from) ?? null }] }
  }

  protected override ownJSON(): JsonObject {
    return { from: this.from }
  }
}

const FIELDS: Fields = { from: ['text', '', 'the column it reads'] }

export const ${camel} = defineColumn({
  name: '${name}',
  description: 'The value of another column',
  fields: FIELDS,
  fromJSON: config => {
    const common = commonFromJSON(config, FIELDS)
    return new ${Pascal}ColumnConfig({ ...common, from: requiredStringAt(config, 'from', \`column '\${common.name}'\`) })
  },
  example: { name: 'made', needs: { from: 'text' }, row: { text: 'Mend the kite' }, reads: ['text'] },
})
`,
    },
  }
}

function seed(name: string): Skeleton {
  const [camel, Pascal, snake] = [camelCase(name), pascalCase(name), snakeCase(name)]
  return {
    registry: { path: 'src/seed/seeds.ts', line: `export { ${camel} } from './${name}.ts'` },
    contract: 'src/seed/seeds.test.ts',
    page: 'docs/seeds.md',
    files: {
      [`src/seed/${name}.ts`]: `import { readFile } from 'node:fs/promises'
import { TracewrightError } from '../errors.ts'
import { type Fields, refuseUnknownKeys, requiredStringAt } from '../fields.ts'
import type { JsonObject } from '../json/json.ts'
import { systemReason } from '../system-error.ts'
import { defineSeed, type OpenSeed, type SeedSource } from './seed.ts'

/** The lines of a text file as rows. Say here where the rows come from. */
export class ${Pascal}SeedSource implements SeedSource {
  readonly seedType = '${snake}'
  readonly columns: readonly string[] = ['line']
  readonly path: string

  constructor(options: { path: string }) {
    this.path = options.path
  }

  async open(): Promise<OpenSeed> {
    const lines = (await this.text()).split('\\n').filter(line => line !== '')
    return {
      columns: this.columns,
      size: lines.length,
      place: this.path,
      read: async index => [{ row: { line: lines[index]! } }],
      close: () => {},
    }
  }

  toJSON(): JsonObject {
    return { seed_type: this.seedType, path: this.path }
  }

  private async text(): Promise<string> {
    try {
      return await readFile(this.path, 'utf8')
    } catch (error) {
      throw new TracewrightError('seed', \`Cannot read seed '\${this.path}': \${systemReason(error)}\`, { cause: error })
    }
  }
}

const FIELDS: Fields = { seed_type: ['text', '', 'which kind of seed'], path: ['text', '', 'a text file'] }

export const ${camel} = defineSeed({
  name: '${snake}',
  description: 'Lines of a text file',
  fields: FIELDS,
  fromJSON: config => {
    refuseUnknownKeys(config, FIELDS, 'seed_config.source')
    return new ${Pascal}SeedSource({ path: requiredStringAt(config, 'path', 'seed_config.source') })
  },
  example: { files: { 'lines.txt': 'a\\nb\\n' }, needs: { path: 'lines.txt' }, rows: [{ line: 'a' }, { line: 'b' }] },
})
`,
    },
  }
}

function codec(name: string): Skeleton {
  const camel = camelCase(name)
  return {
    registry: { path: 'src/codec/codecs.ts', line: `export { ${camel} } from './${name}.ts'` },
    contract: 'src/codec/codecs.test.ts',
    page: 'docs/codecs.md',
    files: {
      [`src/codec/${name}.ts`]: `import { defineCodec } from './codec.ts'
import { jsonl } from './jsonl.ts'

/** Begins as JSON Lines under a name of its own: what differs takes the place of \`write\`, \`read\` and \`open\`. */
export const ${camel} = defineCodec({
  ...jsonl,
  name: '${name}',
  extensions: ['.${name}'],
  description: 'One JSON object per line',
})
`,
    },
  }
}

function provider(name: string): Skeleton {
  const camel = camelCase(name)
  return {
    registry: { path: 'src/model/providers.ts', line: `export { ${camel} } from './${name}.ts'` },
    contract: 'src/model/providers.test.ts',
    page: 'docs/models.md',
    files: {
      [`src/model/${name}.ts`]: `import { openai } from './openai.ts'
import { defineProvider } from './provider.ts'

/** Begins as chat completions under a name of its own: what differs takes the place of \`connect\` and \`example\`. */
export const ${camel} = defineProvider({ ...openai, name: '${name}', title: 'Servers that speak as ${name} does' })
`,
    },
  }
}

function processor(name: string): Skeleton {
  const [camel, Pascal, snake] = [camelCase(name), pascalCase(name), snakeCase(name)]
  return {
    registry: { path: 'src/pipeline/processors/processors.ts', line: `export { ${camel} } from './${name}.ts'` },
    contract: 'src/pipeline/processors/processors.test.ts',
    page: 'docs/columns.md',
    files: {
      [`src/pipeline/processors/${name}.ts`]: `import type { Problem } from '../../column/column.ts'
import { type Fields, refuseUnknownKeys, requiredStringAt } from '../../fields.ts'
import type { JsonObject } from '../../json/json.ts'
import { ownValue } from '../../json/own.ts'
import { defineProcessor, PROCESSOR_FIELDS, type Processor, type ProcessorConfig } from './processor.ts'

/** Trims the text of one column. Say here what is done to rows when all their columns are there. */
export class ${Pascal}ProcessorConfig implements ProcessorConfig {
  readonly processorType = '${snake}'
  readonly name: string
  /** The column whose text is trimmed. */
  readonly column: string

  constructor(options: { name: string; column: string }) {
    this.name = options.name
    this.column = options.column
  }

  get requiredColumns(): readonly string[] {
    return [this.column]
  }

  problems(): Problem[] {
    return []
  }

  keeps(columns: ReadonlySet<string>): ReadonlySet<string> {
    return columns
  }

  open(): Processor {
    return row => {
      const value = ownValue(row, this.column) ?? null
      return { row: { ...row, [this.column]: typeof value === 'string' ? value.trim() : value }, artifact: null }
    }
  }

  toJSON(): JsonObject {
    return { name: this.name, column: this.column, processor_type: this.processorType }
  }
}

const FIELDS: Fields = { ...PROCESSOR_FIELDS, column: ['text', '', 'the column whose text is trimmed'] }

export const ${camel} = defineProcessor({
  name: '${snake}',
  description: 'Trims the text of one column',
  fields: FIELDS,
  fromJSON: config => {
    const name = requiredStringAt(config, 'name', 'a processor')
    const where = \`processor '\${name}'\`
    refuseUnknownKeys(config, FIELDS, where)
    return new ${Pascal}ProcessorConfig({ name, column: requiredStringAt(config, 'column', where) })
  },
  example: { needs: { column: 'text' }, row: { text: ' Mend the kite ' } },
})
`,
    },
  }
}

function sampler(name: string): Skeleton {
  const [camel, snake] = [camelCase(name), snakeCase(name)]
  return {
    registry: { path: 'src/sampler/samplers.ts', line: `export { ${camel} } from './${name}.ts'` },
    contract: 'src/sampler/samplers.test.ts',
    page: 'docs/columns.md',
    files: {
      [`src/sampler/${name}.ts`]: `import { requiredWholeAt } from './read-params.ts'
import { defineSampler, type SamplerParams } from './sampler.ts'

/** A whole number below a limit. Say here what is drawn. */
export const ${camel} = defineSampler({
  name: '${snake}',
  description: 'A whole number below a limit',
  spread: 'numerical',
  fields: { below: ['whole number', '', 'the limit'] },
  read(params, where): SamplerParams {
    const below = requiredWholeAt(params, 'below', where, 1)
    return {
      kind: 'value',
      reads: [],
      decimalPlaces: null,
      draw: ({ random }) => random.integer(below),
      toJSON: () => ({ sampler_type: '${snake}', below }),
    }
  },
  example: { needs: { below: 6 }, more: { below: 12 }, wrong: [[{ below: 0 }, 'below: found 0']] },
})
`,
    },
  }
}

function validator(name: string): Skeleton {
  const [camel, snake] = [camelCase(name), snakeCase(name)]
  return {
    registry: { path: 'src/validator/validators.ts', line: `export { ${camel} } from './${name}.ts'` },
    contract: 'src/validator/validators.test.ts',
    page: 'docs/columns.md',
    files: {
      [`src/validator/${name}.ts`]: `import { numberAt, refuse } from '../fields.ts'
import { defineValidator, type ValidatorParams } from './validator.ts'

/** Whether a text is short enough. Say here what a value is judged by. */
export const ${camel} = defineValidator({
  name: '${snake}',
  description: 'Whether a text has so many characters at most',
  fields: { most: ['whole number', '', 'characters it may have'] },
  read(params, where): ValidatorParams {
    if (params['most'] === undefined) refuse('most: found nothing, expected a number of characters', where)
    const most = numberAt(params, 'most', where) ?? 0
    return {
      single: true,
      parallel: 1,
      validate: async rows => rows.map(row => ({ is_valid: Object.values(row).every(value => String(value).length <= most) })),
      toJSON: () => ({ validator_type: '${snake}', most }),
    }
  },
  example: { needs: { most: 80 }, more: { most: 20 }, wrong: [[{}, 'most: found nothing']] },
})
`,
    },
  }
}

function format(name: string): Skeleton {
  const [camel, snake] = [camelCase(name), snakeCase(name)]
  const folder = `src/rollout/formats/${name}`
  const lines = (id: string) =>
    [
      { format: snake, session: id },
      { role: 'user', text: 'Mend the kite', at: '2026-03-01T10:00:00.000Z' },
      { role: 'assistant', text: 'Mended.', at: '2026-03-01T10:00:01.000Z' },
    ].map(record => `${JSON.stringify(record)}\n`)
  return {
    registry: { path: 'src/rollout/formats.ts', line: `export { ${camel} } from './formats/${name}/index.ts'` },
    contract: 'src/rollout/formats.test.ts',
    page: 'docs/formats.md',
    files: {
      [`${folder}/index.ts`]: `import { defineFormat } from '../../format.ts'
import { discover } from './discover.ts'
import { example } from './example.ts'
import { parse } from './parse.ts'
import { sniff } from './sniff.ts'

/** Say here which logs these are. Begins as JSON Lines: a record that names the session, then one for each message. */
export const ${camel} = defineFormat({
  name: '${snake}',
  title: '${pascalCase(name)}',
  version: 1,
  evidence: 'source',
  gives: { lineage: [], usage: 'none', tools: false, reasoning: [], images: false, outcome: [] },
  example,
  roots: [],
  patterns: ['*.jsonl'],
  sniff,
  discover,
  parse,
  dataDesigner: null,
})
`,
      [`${folder}/sniff.ts`]: `/** Whether a file begins as a session does. */
export function sniff(_path: string, head: string): boolean {
  return /^[^\\n]*"format":\\s*"${snake}"/.test(head)
}
`,
      [`${folder}/discover.ts`]: `import type { Unit } from '../../format.ts'
import { onePerFile } from '../../log/one-per-file.ts'
import type { Skipped, Source } from '../../log/source.ts'
import { sniff } from './sniff.ts'

/** Each session is a unit. */
export function discover(source: Source, files: readonly string[], skipped: Skipped[]): Promise<Unit[]> {
  return onePerFile(source, files, skipped, { is: sniff, title: '${pascalCase(name)}' })
}
`,
      [`${folder}/entry.ts`]: `import type { JsonObject } from '../../../json/json.ts'

/** Whether a record is a whole one: what was cut or mixed up is none. */
export function isRecord(record: JsonObject): boolean {
  return typeof record['role'] === 'string' || typeof record['format'] === 'string'
}
`,
      [`${folder}/tell.ts`]: `import { stringOrNull } from '../../../json/json.ts'
import type { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import { tellMessage } from '../../conversation/chat-message.ts'
import { isoTime } from '../../conversation/iso-time.ts'
import type { Entry } from '../../log/entries.ts'
import type { Ledger } from '../../log/ledger.ts'

/** Put one record into the dialogue, or say why it is no message. */
export function tell(dialogue: ChatDialogue, entry: Entry, ledger: Ledger): void {
  const { record, place } = entry
  const role = stringOrNull(record['role'])
  if (role === null) ledger.settle(place, 'metadata', 'names the session')
  else tellMessage(dialogue, { ...entry, record: { role, content: record['text'] ?? '' } }, { timestamp: isoTime(record['at']) })
}
`,
      [`${folder}/parse.ts`]: `import { stringOrNull } from '../../../json/json.ts'
import type { Outcome } from '../../../row.ts'
import { assembleRow } from '../../conversation/assemble.ts'
import { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import type { RolloutRow } from '../../conversation/row.ts'
import type { ParseJob, Unit } from '../../format.ts'
import { readEntries } from '../../log/entries.ts'
import { isRecord } from './entry.ts'
import { tell } from './tell.ts'

/** Turn one log into its row. Every record ends in the ledger: in a message, or with the reason why it is none. */
export async function* parse({ files }: Unit, job: ParseJob): AsyncIterable<Outcome<RolloutRow>> {
  const file = files[0]!
  const entries = await readEntries(job, file, { isRecord })
  const dialogue = new ChatDialogue(job.ledger, file, 'human')
  for (const entry of entries) tell(dialogue, entry, job.ledger)
  const session = entries.map(({ record }) => stringOrNull(record['session'])).find(id => id !== null)
  const facts = { trace_id: session ?? file, source_kind: '${snake}', source_path: job.source.absolute(file) }
  yield { row: assembleRow(facts, dialogue.finish()) }
}
`,
      [`${folder}/example.ts`]: `import { type FormatExample, jsonLines } from '../../format.ts'

/** A session with these answers. */
export function example(id: string, answers: readonly string[]): FormatExample {
  const turns = answers.flatMap((text, i) => [
    { role: 'user', text: 'Mend the kite', at: timeOf(i) },
    { role: 'assistant', text, at: timeOf(i) },
  ])
  return { 'kites.jsonl': jsonLines([{ format: '${snake}', session: id }, ...turns]) }
}

function timeOf(turn: number): string {
  return new Date(Date.UTC(2026, 2, 1, 10) + turn * 1000).toISOString()
}
`,
      [`${folder}/fixtures/session/logs/kites.jsonl`]: lines('kite-1').join(''),
      [`${folder}/README.md`]: `# ${pascalCase(name)}

- **Files:** \`*.jsonl\`, one session each.
- **Evidence:** say where the shapes are known from: source, documentation, logs seen.
- **Row id:** the session's id, else the file.
- **Lineage:** none.
- **Known gaps:** tools, reasoning and usage are not read yet.
`,
    },
  }
}

function camelCase(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

function pascalCase(name: string): string {
  return camelCase(name).replace(/^./, letter => letter.toUpperCase())
}

function snakeCase(name: string): string {
  return name.replaceAll('-', '_')
}
