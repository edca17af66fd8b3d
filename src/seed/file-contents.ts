import { messageOf } from '../errors.ts'
import { type Fields, refuse, refuseUnknownKeys, refuseUnknownOptions, stringAt } from '../fields.ts'
import type { JsonObject } from '../json/json.ts'
import type { Row } from '../row.ts'
import { isFar, openFarFolder } from './far-folder.ts'
import { FILE_COLUMNS, FOLDER_FIELDS, type FolderOptions, folderFrom, folderFromJSON, folderJSON, openFolder } from './folder-files.ts'
import { placeFrom, refuseMissing } from './place.ts'
import { defineSeed, type OpenSeed, type SeedSource } from './seed.ts'
import { decoderOf } from './text-encoding.ts'

/** The files of a folder as rows with their text. A file that is not in the encoding is rejected, the others go on. */
export class FileContentsSeedSource implements SeedSource {
  readonly seedType = 'file_contents'
  readonly columns: readonly string[] = CONTENT_COLUMNS
  /** Which files of which folder. */
  readonly options: Readonly<Required<FolderOptions>>
  /** Encoding of the files, by a name Python knows: 'utf-8', 'latin-1', 'cp1252'. */
  readonly encoding: string

  constructor(options: FolderOptions & Partial<Pick<FileContentsSeedSource, 'encoding'>>) {
    refuseUnknownOptions(options, [...Object.keys(FOLDER_FIELDS), 'encoding'], 'FileContentsSeedSource')
    this.options = folderFrom(options)
    this.encoding = options.encoding ?? 'utf-8'
    checkEncoding(this.encoding)
  }

  find(base: string | null = null): void {
    if (!isFar(this.options.path)) refuseMissing(placeFrom(base, this.options.path))
  }

  async open(base: string | null = null): Promise<OpenSeed> {
    const decode = decoderOf(this.encoding)
    const rowOf = async (file: Row, read: () => Promise<Buffer>) => ({ ...file, content: decode(await read()) })
    if (isFar(this.options.path)) return openFarFolder(this.options, this.seedType, this.columns, rowOf)
    return openFolder({ ...this.options, path: placeFrom(base, this.options.path) }, this.seedType, this.columns, rowOf)
  }

  toJSON(): JsonObject {
    return { seed_type: this.seedType, ...folderJSON(this.options), encoding: this.encoding }
  }
}

function checkEncoding(encoding: string): void {
  try {
    decoderOf(encoding)
  } catch (error) {
    refuse(messageOf(error), 'seed_config.source')
  }
}

const CONTENT_COLUMNS: readonly string[] = [...FILE_COLUMNS, 'content']

const FIELDS: Fields = {
  seed_type: ['text', '', 'which kind of seed'],
  ...FOLDER_FIELDS,
  encoding: ['text', '`utf-8`', 'encoding of the files, by a name Python knows'],
}

export const fileContents = defineSeed({
  name: 'file_contents',
  description: 'Files of a folder with their text, one row per file',
  fields: FIELDS,
  columns: CONTENT_COLUMNS,
  fromJSON: config => {
    const where = 'seed_config.source'
    refuseUnknownKeys(config, FIELDS, where)
    return new FileContentsSeedSource({ ...folderFromJSON(config, where), encoding: stringAt(config, 'encoding', where) ?? 'utf-8' })
  },
  example: {
    files: { 'notes/a.md': 'Mend the kite', 'notes/b.txt': '' },
    needs: { path: 'notes' },
    more: { file_pattern: '*.md', recursive: false, encoding: 'utf-8' },
    rows: [{ file_name: 'a.md', content: 'Mend the kite' }],
  },
})
