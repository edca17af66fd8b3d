import {
  assembleRow,
  type CommonColumnOptions,
  ConfiguredColumn,
  Conversation,
  commonFromJSON,
  defineCodec,
  defineColumn,
  defineFormat,
  defineProcessor,
  defineProvider,
  defineSeed,
  defineValidator,
  type Fields,
  type JsonObject,
  jsonl,
  type ProcessorConfig,
  type Row,
  readLines,
  type SeedSource,
} from 'tracewright'

/** Logs of an agent nobody else reads: a record that names the session, then one for each message. */
export const kites = defineFormat({
  name: 'kites',
  title: 'Kites',
  version: 1,
  evidence: 'source',
  gives: { lineage: [], usage: 'none', tools: false, reasoning: [], images: false, outcome: [] },
  example: (id, answers) => {
    const turns = answers.flatMap(text => [
      { role: 'user', text: 'Mend the kite' },
      { role: 'assistant', text },
    ])
    return { 'a.kites': [{ kites: id }, ...turns].map(record => `${JSON.stringify(record)}\n`).join('') }
  },
  roots: [],
  patterns: ['*.kites'],
  sniff: (_path, head) => head.startsWith('{"kites":'),
  discover: async (_source, files) => files.map(file => ({ key: file, files: [file] })),
  async *parse({ files: [file = ''] }, { source, ledger }) {
    const conversation = new Conversation(ledger, file)
    let id = file
    for await (const { record, ...place } of readLines(source, file, ledger, { isRecord: ({ role }) => role !== undefined })) {
      const said = { type: 'text', text: String(record['text']) }
      if (record['role'] === 'user') conversation.say('user', [said], place)
      else if (record['role'] === 'assistant') conversation.respond(null, place).say(said)
      else {
        id = String(record['kites'] ?? id)
        ledger.settle(place, 'metadata', 'names the session')
      }
    }
    yield { row: assembleRow({ trace_id: id, source_kind: 'kites', source_path: file }, conversation.finish()) }
  },
  dataDesigner: null,
})

/** The number of words of another column. */
export class WordsColumnConfig extends ConfiguredColumn {
  override readonly columnType = 'words'
  readonly of: string

  constructor(options: CommonColumnOptions & { of: string }) {
    super(options, WORDS_FIELDS)
    this.of = options.of
  }

  override get requiredColumns() {
    return [this.of]
  }

  override problems() {
    return []
  }

  override open() {
    return {
      kind: 'row' as const,
      generate: async (row: Row) => [
        {
          ...row,
          [this.name]: String(row[this.of] ?? '')
            .split(/\s+/)
            .filter(Boolean).length,
        },
      ],
    }
  }

  protected override ownJSON(): JsonObject {
    return { of: this.of }
  }
}

const WORDS_FIELDS: Fields = { of: ['text', '', 'the other column'] }

export const words = defineColumn({
  name: 'words',
  description: 'The number of words of another column',
  fields: WORDS_FIELDS,
  fromJSON: config => new WordsColumnConfig({ ...commonFromJSON(config, WORDS_FIELDS), of: String(config['of']) }),
  example: { name: 'length', needs: { of: 'text' }, row: { text: 'Mend the kite' }, reads: ['text'] },
})

/** A model that says again what it was asked. */
export const echo = defineProvider({
  name: 'echo',
  title: 'Says again what it was asked',
  remote: false,
  nativeSchema: false,
  connect: ({ model }) => ({
    generate: async ({ messages }) => ({
      text: `${model}: ${messages.at(-1)?.content as string}`,
      reasoning: null,
      tool_calls: [],
      finish_reason: 'stop',
      usage: { input: 1, output: 1, cached_input: null, reasoning: null, estimated: true },
      value: null,
      model,
      id: null,
      attempts: 1,
    }),
  }),
  example: null,
})

/** Rows of numbers, counted from 1. */
export const counting = defineSeed({
  name: 'counting',
  description: 'Numbers from 1',
  fields: { seed_type: ['text', '', 'which kind of seed'], to: ['whole number', '', 'the last number'] },
  fromJSON: (config): SeedSource => ({
    seedType: 'counting',
    columns: ['n', 'text'],
    open: async () => ({
      columns: ['n', 'text'],
      size: Number(config['to']),
      place: 'numbers',
      read: async index => [{ row: { n: index + 1, text: 'a kite '.repeat(index + 1) } }],
      close: () => {},
    }),
    toJSON: () => ({ seed_type: 'counting', to: config['to'] ?? null }),
  }),
  example: null,
})

/** Writes one column in capitals. */
export const shouting = defineProcessor({
  name: 'shouting',
  description: 'Writes one column in capitals',
  fields: {
    processor_type: ['text', '', 'which kind of processor'],
    name: ['text', '', 'name of the processor'],
    column: ['text', '', 'the column'],
  },
  fromJSON: (config): ProcessorConfig => {
    const column = String(config['column'])
    return {
      processorType: 'shouting',
      name: String(config['name']),
      requiredColumns: [column],
      problems: () => [],
      keeps: columns => columns,
      open: () => row => ({ row: { ...row, [column]: String(row[column]).toUpperCase() }, artifact: null }),
      toJSON: () => ({ processor_type: 'shouting', name: String(config['name']), column }),
    }
  },
  example: { needs: { column: 'text' }, row: { text: 'a' } },
})

/** JSON Lines under another ending. */
export const rowsFile = defineCodec({ ...jsonl, name: 'rows', extensions: ['.rows'], description: 'One JSON object per line' })

/** Says of a text whether it has so many words at most. */
export const terse = defineValidator({
  name: 'terse',
  description: 'Whether a text has so many words at most',
  fields: { most: ['number', '', 'words it may have'] },
  read: params => {
    const most = Number(params['most'])
    if (!(most > 0)) throw new Error('most: expected a number above 0')
    return {
      single: true,
      parallel: 1,
      validate: async rows =>
        rows.map(row => {
          const words = String(Object.values(row)[0]).split(/\s+/).filter(Boolean).length
          return { is_valid: words <= most, words }
        }),
      toJSON: () => ({ validator_type: 'terse', most }),
    }
  },
  example: { needs: { most: 2 }, more: { most: 1 } },
})

/** What the command line takes with `--extensions`. */
export const extensions = {
  formats: [kites],
  codecs: [rowsFile],
  columns: [words],
  seeds: [counting],
  processors: [shouting],
  validators: [terse],
  providers: [echo],
}
