import { existsSync } from 'node:fs'
import { isAbsolute, parse } from 'node:path'
import { globSync } from 'tinyglobby'
import type { Codec } from '../codec/codec.ts'
import { isForeign } from '../codec/codec-for.ts'
import { openRowFiles } from '../codec/rows-by-number.ts'
import type { Compat } from '../compat.ts'
import { runAround } from '../dataset/run/run-around.ts'
import { refuseIrregular } from '../disk/regular-file.ts'
import { TracewrightError } from '../errors.ts'
import { type Fields, refuseUnknownKeys, refuseUnknownOptions, requiredStringAt } from '../fields.ts'
import type { JsonObject } from '../json/json.ts'
import { openAsDataDesigner } from './pandas-file.ts'
import { PATHS, placeFrom } from './place.ts'
import { defineSeed, type OpenSeed, type SeedSource } from './seed.ts'
import { seedOfRows } from './seed-of-rows.ts'

/** Rows of files on this machine: CSV, Parquet, JSON or JSON Lines, one file or a glob. Only rows that are asked for are read. */
export class LocalFileSeedSource implements SeedSource {
  readonly seedType = 'local'
  readonly columns = null
  /** Where it is. */
  readonly path: string

  private readonly codec: Codec | null

  /** `path`: a file, or a pattern such as 'data/*.parquet'. `codec`: of another package; default: told by the ending of the name. */
  constructor(
    options: Pick<LocalFileSeedSource, 'path'> & {
      /** What the files are in. Default: as their endings say. */
      codec?: Codec
    },
  ) {
    refuseUnknownOptions(options, ['path', 'codec'], 'LocalFileSeedSource')
    this.codec = options.codec ?? null
    if (options.path.trim() === '')
      throw new TracewrightError('config', 'LocalFileSeedSource.path: found nothing, expected a file or a pattern')
    this.path = options.path
  }

  async open(base: string | null = null): Promise<OpenSeed> {
    const files = this.filesFrom(base)
    for (const file of files) refuseIrregular(file, 'read seed')
    const rows = await openRowFiles(files, this.codec === null ? {} : { codec: this.codec })
    return { ...seedOfRows(rows, this.path), files, run: runAround(files[0]!) }
  }

  /** Open it to be read as Data Designer reads it: columns have one type each, and nothing is `nan`. */
  async openAsDataDesigner(base: string | null = null, compat: Compat | null = null): Promise<OpenSeed> {
    const files = this.filesFrom(base)
    if (this.codec !== null || files.some(isForeign)) return this.open(base)
    return { ...(await openAsDataDesigner(files, this.path, compat)), run: runAround(files[0]!) }
  }

  private filesFrom(base: string | null): string[] {
    refuseElsewhere(this.path)
    const files = filesAt(base, this.path)
    if (files.length === 0)
      throw new TracewrightError('seed', `Cannot read seed: no file matches '${placeFrom(base, this.path)}'`, { hint: PATHS })
    const missing = this.codec === null ? files.find(file => !existsSync(file)) : undefined
    if (missing !== undefined)
      throw new TracewrightError('seed', `Cannot read seed '${missing}': there is no such file or folder`, { hint: PATHS })
    return files
  }

  toJSON(): JsonObject {
    return { seed_type: this.seedType, path: this.path }
  }
}

/** Rows of a file elsewhere are no file here, and a path that is taken for one would only be said not to be there. */
function refuseElsewhere(path: string): void {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(path)?.[1]?.toLowerCase()
  if (scheme === undefined || scheme === 'file') return
  throw new TracewrightError('seed', `Cannot read seed '${path}': seeds of type 'local' read files of this machine`, {
    hint:
      scheme === 'hf'
        ? "Write seed_type: hf, with the path behind 'hf://': rows are read from there"
        : scheme === 's3'
          ? 'Bring the file here; folders of files are read from S3 by seeds of type directory and file_contents'
          : 'Bring the file here, and name where it is',
  })
}

/** Only what was written is a pattern, and not the folder it is taken from. */
function filesAt(base: string | null, path: string): string[] {
  const place = placeFrom(base, path)
  if (existsSync(place) || !/[*?[\]{}]/.test(path)) return [place]
  if (isAbsolute(path) || path.startsWith('~')) return globSync([place], { absolute: true, cwd: parse(place).root }).sort()
  return globSync([path], { absolute: true, cwd: placeFrom(base, '') }).sort()
}

const FIELDS: Fields = {
  seed_type: ['text', '', 'which kind of seed'],
  path: ['text', '', 'file, or a pattern such as `data/*.csv`'],
}

export const local = defineSeed({
  name: 'local',
  description: 'Rows of files: CSV, Parquet, JSON, JSON Lines; one file or a pattern',
  fields: FIELDS,
  fromJSON: config => {
    const where = 'seed_config.source'
    refuseUnknownKeys(config, FIELDS, where)
    return new LocalFileSeedSource({ path: requiredStringAt(config, 'path', where) })
  },
  example: {
    files: { 'rows.jsonl': '{"id":"a","n":1}\n{"id":"b","n":2}\n' },
    needs: { path: 'rows.jsonl' },
    rows: [
      { id: 'a', n: 1 },
      { id: 'b', n: 2 },
    ],
  },
})
