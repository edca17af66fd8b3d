import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type ColumnCondition, MatchedFile, type MatchingRows } from '../codec/matching-rows.ts'
import { refuseUnending } from '../disk/regular-file.ts'
import { TracewrightError } from '../errors.ts'
import { nearest } from '../nearest.ts'

/*
 * The datasets of persons that a user has.
 */

/** Which persons of a locale are wanted, and what of them. */
type Wanted = { locale: string; fields: readonly string[]; needs: readonly string[]; conditions: readonly ColumnCondition[] }

/** How to name the folder. */
const NAME_IT =
  "Name Data Designer's folder of managed assets: new DataDesigner({ managedAssetsPath }), --data-designer DIR, or DATA_DESIGNER_MANAGED_ASSETS_PATH=DIR. Or use sampler_type 'person_from_faker', which makes persons up"

/**
 * Datasets of persons in a folder of managed assets: `datasets/LOCALE.parquet`, one for each locale. A file is opened when a person of its
 * locale is first wanted.
 */
export class PersonFiles {
  private readonly folder: string | null
  private readonly files = new Map<string, Promise<MatchedFile>>()

  /** `folder`: the managed assets; null: nobody says where they are. */
  constructor(folder: string | null) {
    this.folder = folder
  }

  /** Those who are wanted, of the columns the file has. Throws where there is no file, it lacks a column that is needed, or nobody is. */
  async of({ locale, fields, needs, conditions }: Wanted): Promise<MatchingRows> {
    const path = this.pathOf(locale)
    const file = await this.opened(path)
    for (const column of [...needs, ...conditions.map(condition => condition.column)]) {
      if (file.columns.includes(column)) continue
      const guess = nearest(column, file.columns)
      throw new TracewrightError('file', `Cannot draw persons of locale ${locale}: their file has no column '${column}'`, {
        where: path,
        hint: guess === null ? `It has ${file.columns.join(', ')}` : `Did you mean '${guess}'?`,
      })
    }
    const rows = await file.matching(
      fields.filter(field => file.columns.includes(field)),
      conditions,
    )
    if (rows.size === 0)
      throw new TracewrightError('column', `Cannot draw a person of locale ${locale}: nobody has ${conditions.map(wordsOf).join(', ')}`, {
        where: path,
        hint: 'Ask for more ages, cities, or values of fields; values are taken as they are written in the file',
      })
    return rows
  }

  /** Let go of all files. */
  [Symbol.dispose](): void {
    for (const file of this.files.values())
      file.then(
        open => open[Symbol.dispose](),
        () => {},
      )
    this.files.clear()
  }

  private pathOf(locale: string): string {
    const trying = `Cannot draw persons of locale ${locale}`
    if (this.folder === null)
      throw new TracewrightError('usage', `${trying}: nobody says where the Nemotron Personas are`, { hint: NAME_IT })
    if (!(statSync(this.folder, { throwIfNoEntry: false })?.isDirectory() ?? false))
      throw new TracewrightError('file', `${trying}: there is no folder '${this.folder}' of managed assets`, { hint: NAME_IT })
    const datasets = join(this.folder, 'datasets')
    const path = join(datasets, `${locale}.parquet`)
    if (statSync(path, { throwIfNoEntry: false }) !== undefined) return path
    const others = statSync(datasets, { throwIfNoEntry: false })?.isDirectory()
      ? readdirSync(datasets).filter(name => name.endsWith('.parquet'))
      : []
    throw new TracewrightError(
      'file',
      `${trying}: there is no file '${path}'; found ${others.length === 0 ? 'no dataset of another locale' : others.sort().join(', ')}`,
      { hint: `Fetch it with Data Designer: data-designer download personas --locale ${locale}` },
    )
  }

  private opened(path: string): Promise<MatchedFile> {
    let file = this.files.get(path)
    if (file === undefined) {
      refuseUnending(path, 'read persons')
      file = MatchedFile.open(path)
      this.files.set(path, file)
      file.catch(() => this.files.delete(path))
    }
    return file
  }
}

function wordsOf(condition: ColumnCondition): string {
  const { column } = condition
  if ('oneOf' in condition) return `${column} ${condition.oneOf.join(' or ')}`
  return `${column} ${condition.least} to ${condition.most}`
}
