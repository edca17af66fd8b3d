import { type Fields, refuseUnknownKeys, refuseUnknownOptions } from '../fields.ts'
import type { JsonObject } from '../json/json.ts'
import { isFar, openFarFolder } from './far-folder.ts'
import { FILE_COLUMNS, FOLDER_FIELDS, type FolderOptions, folderFrom, folderFromJSON, folderJSON, openFolder } from './folder-files.ts'
import { placeFrom, refuseMissing } from './place.ts'
import { defineSeed, type OpenSeed, type SeedSource } from './seed.ts'

/** The files of a folder as rows: where each is and what it is called. They are not read. */
export class DirectorySeedSource implements SeedSource {
  readonly seedType = 'directory'
  readonly columns: readonly string[] = FILE_COLUMNS
  /** Which files of which folder. */
  readonly options: Readonly<Required<FolderOptions>>

  constructor(options: FolderOptions) {
    refuseUnknownOptions(options, FOLDER_FIELDS, 'DirectorySeedSource')
    this.options = folderFrom(options)
  }

  find(base: string | null = null): void {
    if (!isFar(this.options.path)) refuseMissing(placeFrom(base, this.options.path))
  }

  async open(base: string | null = null): Promise<OpenSeed> {
    if (isFar(this.options.path)) return openFarFolder(this.options, 'directory_file', this.columns, async file => file)
    return openFolder({ ...this.options, path: placeFrom(base, this.options.path) }, 'directory_file', this.columns, async file => file)
  }

  toJSON(): JsonObject {
    return { seed_type: this.seedType, ...folderJSON(this.options) }
  }
}

const FIELDS: Fields = { seed_type: ['text', '', 'which kind of seed'], ...FOLDER_FIELDS }

export const directory = defineSeed({
  name: 'directory',
  description: 'Files of a folder, one row per file, by path and name',
  fields: FIELDS,
  columns: FILE_COLUMNS,
  fromJSON: config => {
    const where = 'seed_config.source'
    refuseUnknownKeys(config, FIELDS, where)
    return new DirectorySeedSource(folderFromJSON(config, where))
  },
  example: {
    files: { 'notes/a.md': 'Mend the kite', 'notes/b.txt': '' },
    needs: { path: 'notes' },
    more: { file_pattern: '*.md', recursive: false },
    rows: [{ file_name: 'a.md' }],
  },
})
