import { totalmem } from 'node:os'
import { confine } from '../codec/confine.ts'
import { type Database, openApart, openDatabase } from '../codec/duckdb.ts'
import { countsOf } from '../codec/parquet-by-number.ts'
import { messageOf, TracewrightError } from '../errors.ts'
import { createArtifacts } from './artifact-tables.ts'
import { withBeside } from './beside-columns.ts'
import { Dataset, STORED } from './dataset.ts'
import { selectIds } from './dataset-facts.ts'
import { filesOf } from './dataset-files.ts'
import { checkDatasetLimits, type DatasetLimits } from './dataset-options.ts'
import { createSelected } from './facts-table.ts'
import { refuseOtherEncoding, tableOf } from './files-as-table.ts'
import { readableFiles } from './foreign-files.ts'
import { joinLabels, labelColumns, labelTypes } from './label-columns.ts'
import { selects } from './selectors.ts'
import { readAgain } from './store/read-again.ts'
import { timesSql } from './timestamps.ts'
import { verifySmall } from './verify-small.ts'

/** Open rows on disk: a store, a run of `create`, a folder of Parquet files, or one file (.parquet, .jsonl, .json, .csv). Throws where there are none. */
export async function openDataset(path: string, limits: DatasetLimits = {}): Promise<Dataset> {
  checkDatasetLimits(limits)
  return readAgain(path, () => open(path, limits))
}

async function open(path: string, limits: DatasetLimits): Promise<Dataset> {
  const found = filesOf(path)
  verifySmall(found.files)
  const memoryMB = limits.memoryMB ?? Math.min(4096, Math.floor(totalmem() / 4 / 2 ** 20))
  const openEngine = limits.isConfined ? openApart : openDatabase
  const readable = await readableFiles(found.files)
  const engine = await openEngine({ memoryMB, threads: memoryMB < MEMORY_OF_TWO_MB ? 1 : 2, givesBack: true }).catch(error => {
    readable[Symbol.dispose]()
    throw error
  })
  const database: Database = {
    ...engine,
    [Symbol.dispose]() {
      engine[Symbol.dispose]()
      readable[Symbol.dispose]()
    },
  }
  try {
    const { connection } = database
    const asRead = await tableOf(connection, readable.files, found.types, found.isPartitioned)
    const table = readable.files === found.files ? asRead : { ...asRead, sql: () => asRead.sql(readable.files) }
    await connection.run(`SET TimeZone = 'UTC'`)
    const only = selects(limits.select) ? SELECTED : null
    if (only !== null) await createSelected(connection, await Array.fromAsync(selectIds(path, limits.select!)))
    const give = labelColumns(found.store?.folder ?? null)
    const labelled = give === null || found.files.length === 0 ? null : { give, join: await joinLabels(connection, found.store!.folder) }
    const labels = limits.beside === undefined ? labelled : await withBeside(connection, limits.beside, labelled)
    const from = labels?.join(table.sql(found.files)) ?? table.sql(found.files)
    await connection.run(`CREATE VIEW ${STORED} AS SELECT * FROM ${from}${only === null ? '' : ` WHERE ${only}`}`)
    const known = {
      ...table,
      types: { ...table.types, ...(labelled === null ? {} : labelTypes(found.store!.folder)), ...limits.beside?.types },
    }
    const described = await connection.runAndReadAll(`DESCRIBE ${STORED}`)
    const columns = new Map(described.getRows().map(([name, type]) => [String(name), String(type)]))
    await connection.run(`CREATE VIEW rows AS SELECT ${timesSql(columns)} FROM ${STORED}`)
    await createArtifacts(connection, found.artifacts)
    const counts = found.counts ?? (table.hasRowNumbers ? await countsOf(database, found.files) : null)
    if (limits.isConfined) await confine(database, readable.files)
    return new Dataset(database, { ...found, counts, ...(limits.isConfined ? { store: null } : {}) }, columns, known, {
      only,
      labels,
      again: found.store === null ? null : () => openDataset(path, limits),
    })
  } catch (error) {
    database[Symbol.dispose]()
    if (!(error instanceof TracewrightError)) await refuseOtherEncoding(readable.files)
    throw error instanceof TracewrightError
      ? error
      : new TracewrightError('file', `Cannot open dataset: ${messageOf(error).split('\n\nLINE ')[0]}`, { where: path, cause: error })
  }
}

/** The rows that were selected. */
const SELECTED = 'trace_id IN (SELECT trace_id FROM selected)'

/** Every thread holds a row group: with less memory than this there is one. */
const MEMORY_OF_TWO_MB = 512
