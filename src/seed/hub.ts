import type { Compat } from '../compat.ts'
import { TracewrightError } from '../errors.ts'
import { type Fields, listAt, refuse, refuseUnknownKeys, refuseUnknownOptions, requiredStringAt, stringAt } from '../fields.ts'
import type { JsonObject } from '../json/json.ts'
import { HubClient } from './hub/hub-client.ts'
import { hubPathOf } from './hub/hub-path.ts'
import { downloaded, openHubRows } from './hub/hub-rows.ts'
import { openAsDataDesigner } from './pandas-file.ts'
import { defineSeed, type OpenSeed, type SeedSource } from './seed.ts'
import { seedOfRows } from './seed-of-rows.ts'

/** What a seed of the hub is made of. */
export type HuggingFaceSeedOptions = {
  /** `datasets/USER/NAME/FILE`; FILE may be a pattern, NAME@REVISION another revision than main. */
  path: string
  /** Name of the environment variable that holds the token, or the token itself. Default: HF_TOKEN, where that is set. */
  token?: string | null
  /** Where the hub is. Default: HF_ENDPOINT, else https://huggingface.co. */
  endpoint?: string
  /** Only these columns, of files of Parquet: the others are not fetched. Default: all. */
  columns?: readonly string[] | null
}

/**
 * Rows of a dataset of the Hugging Face hub. Of Parquet only the row groups are fetched that are read, of other files all. What is read
 * is the commit at which the revision stood when the seed was opened.
 */
export class HuggingFaceSeedSource implements SeedSource {
  readonly seedType = 'hf'
  readonly columns = null
  /** Which files of which repository. */
  readonly path: string
  /** Name of the environment variable with the token, or the token itself; null: HF_TOKEN. */
  readonly token: string | null
  /** Where the hub is. */
  readonly endpoint: string
  /** Only these columns; null: all. */
  readonly onlyColumns: readonly string[] | null

  constructor(options: HuggingFaceSeedOptions) {
    refuseUnknownOptions(options, FIELDS, 'HuggingFaceSeedSource')
    hubPathOf(options.path)
    this.path = options.path
    this.token = options.token ?? null
    this.endpoint = options.endpoint ?? process.env['HF_ENDPOINT'] ?? HUB
    this.onlyColumns = options.columns ?? null
    if (!/^https?:\/\//i.test(this.endpoint)) refuse(`endpoint: found '${this.endpoint}', expected an https address`, 'seed_config.source')
  }

  async open(): Promise<OpenSeed> {
    const client = this.client()
    const rows = await openHubRows(client, await client.files(), this.onlyColumns)
    return { ...seedOfRows(rows, this.path), place: client.place }
  }

  /** Open it to be read as Data Designer reads it, which looks at all of every column. */
  async openAsDataDesigner(_base: string | null = null, compat: Compat | null = null): Promise<OpenSeed> {
    if (this.onlyColumns !== null) return this.open()
    const client = this.client()
    const copies = await downloaded(client, await client.files())
    try {
      return await openAsDataDesigner(copies.paths, client.place, compat)
    } finally {
      copies.remove()
    }
  }

  toJSON(): JsonObject {
    const { seedType, path, token, endpoint, onlyColumns } = this
    return { seed_type: seedType, path, token, endpoint, ...(onlyColumns === null ? {} : { columns: [...onlyColumns] }) }
  }

  private client(): HubClient {
    return new HubClient(hubPathOf(this.path), { endpoint: this.endpoint, token: this.tokenOf(process.env) })
  }

  /** The token itself. One that nobody named goes only to the hub it is for. */
  private tokenOf(environment: NodeJS.ProcessEnv): string | null {
    const { token, endpoint } = this
    if (token === null) {
      const isOwn = endpoint === HUB || endpoint === environment['HF_ENDPOINT']
      return isOwn ? (environment['HF_TOKEN'] ?? null) : null
    }
    const value = token.startsWith('hf_') ? token : environment[token]
    if (value?.startsWith('hf_')) return value
    throw new TracewrightError(
      'usage',
      `Cannot read seed '${this.path}': ${value === undefined ? `no variable '${token}' is set` : `what '${token}' holds is no token`}`,
      {
        hint: "Set it to a token that may read; expected one that begins with 'hf_'",
      },
    )
  }
}

const HUB = 'https://huggingface.co'

const FIELDS: Fields = {
  seed_type: ['text', '', 'which kind of seed'],
  path: ['text', '', '`datasets/USER/NAME/FILE`; FILE may be a pattern, `NAME@REVISION` another revision than `main`'],
  token: ['text', '`HF_TOKEN`', 'name of the environment variable with the token, or the token'],
  endpoint: ['text', '`https://huggingface.co`', 'where the hub is'],
  columns: ['list of texts', 'all', 'only these, of files of Parquet: the others are not fetched'],
}

export const hf = defineSeed({
  name: 'hf',
  description: 'Rows of a dataset of the Hugging Face hub: Parquet by the row groups that are read, CSV and JSON Lines as a stream',
  fields: FIELDS,
  fromJSON: config => {
    const where = 'seed_config.source'
    refuseUnknownKeys(config, FIELDS, where)
    const columns = listAt(config, 'columns', where)
    if (columns?.some(column => typeof column !== 'string')) refuse('columns: expected a list of texts', where)
    const endpoint = stringAt(config, 'endpoint', where)
    return new HuggingFaceSeedSource({
      path: requiredStringAt(config, 'path', where),
      token: stringAt(config, 'token', where),
      ...(endpoint === null ? {} : { endpoint }),
      columns: columns as string[] | null,
    })
  },
  example: {
    served: true,
    files: { 'data/train.jsonl': '{"id":"a","n":1}\n', 'data/test.jsonl': '{"id":"b","n":2}\n', 'README.md': '# Notes' },
    needs: { path: 'datasets/ada/notes/data/*.jsonl' },
    rows: [
      { id: 'b', n: 2 },
      { id: 'a', n: 1 },
    ],
  },
})
