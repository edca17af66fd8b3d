import { once } from 'node:events'
import { Command, InvalidArgumentError } from 'commander'
import type { Dataset } from '../../dataset/dataset.ts'
import { selects } from '../../dataset/selectors.ts'
import { decodeText } from '../../disk/decode-text.ts'
import { refuseOverwrite } from '../../disk/overwrite.ts'
import { readBytes } from '../../disk/read-file.ts'
import { refuseUnending } from '../../disk/regular-file.ts'
import { TracewrightError } from '../../errors.ts'
import type { Row } from '../../row.ts'
import { systemReason } from '../../system-error.ts'
import { type SelectFlags, selectorsAt, withSearch, withSelectors } from '../options/select-options.ts'
import { EXIT } from '../terminal/exit.ts'
import { say, sayAside, sayJson, show } from '../terminal/say.ts'

/** `tracewright query`: SQL over rows on disk. */
export function query(): Command {
  return withSearch(withSelectors(new Command('query')))
    .summary('SQL over a store, a run or a file of rows')
    .description(
      'Run SQL over rows on disk: a store, a run, a folder of Parquet files, or one file. The table is called rows.\n' +
        'Of a store, the logs it was made of are the table logs: what was read and when, what is gone, what gave no row;\n' +
        'the table facts has what lists and bills need of each session (see docs/seeing.md).\n' +
        'Of a run, what its processors made is a table artifacts.NAME each.\n' +
        'Without SQL, its columns and the number of rows are shown.',
    )
    .argument('<path>', 'store, run, folder or file')
    .argument('[sql]', 'e.g. "select trace_id, message_count from rows order by 2 desc limit 5"; @FILE takes it from a file')
    .option('--file <file>', 'take the SQL from a file')
    .option('-o, --output <file>', 'write the result to FILE.jsonl, FILE.parquet, FILE.csv or FILE.json')
    .option('--force', 'write over FILE')
    .option('--json', 'print every row as a line of JSON')
    .option('--schema', 'show the types of the columns, whole')
    .option('--memory <mb>', 'memory the query may take; what does not fit is spilled to disk', megabytes)
    .action(async (path: string, given: string | undefined, flags: QueryFlags) => {
      const sql = sqlOf(given, flags)
      if (flags.output !== undefined) refuseOverwrite(flags.output, flags.force)
      const { openDataset } = await import('../../dataset/open-dataset.ts')
      const limits = flags.memory === undefined ? {} : { memoryMB: flags.memory }
      const select = await selectorsAt(path, flags)
      await using dataset = await openDataset(path, { ...limits, select })
      if (flags.schema || (sql === null && !flags.json && flags.output === undefined)) await showSchema(dataset, flags.schema === true, sql)
      else
        await showRows(
          dataset,
          sql ?? (flags.output === undefined ? 'SELECT column_name, column_type FROM (DESCRIBE rows)' : 'SELECT * FROM rows'),
          { ...flags, isSelecting: selects(select) },
        )
      process.exitCode = EXIT.done
    })
}

type QueryFlags = SelectFlags & { json?: boolean; memory?: number; output?: string; file?: string; schema?: boolean; force?: boolean }

async function showRows(dataset: Dataset, sql: string, flags: QueryFlags & { isSelecting: boolean }): Promise<void> {
  if (flags.output !== undefined) {
    const { exportRows } = await import('../../dataset/run/rows.ts')
    const { counted } = await import('../terminal/print.ts')
    sayAside(`${counted(await exportRows(dataset.stream(sql), flags.output), 'row')} → ${flags.output}`)
  } else if (flags.json) {
    // Lines go out as they come, however many; a table has to be known whole.
    for await (const row of dataset.stream(sql)) if (!sayJson(row)) await once(process.stdout, 'drain')
  } else {
    const rows = await dataset.query(sql)
    if (rows.length > 0) await printTable(rows)
    else sayAside(flags.isSelecting && (await dataset.count()) === 0 ? 'No rows: no session meets the selectors' : 'No rows')
  }
}

async function showSchema(dataset: Dataset, isWhole: boolean, sql: string | null): Promise<void> {
  const { counted } = await import('../terminal/print.ts')
  const described = await dataset.query(`SELECT column_name, column_type FROM (DESCRIBE ${sql ?? 'rows'})`)
  if (isWhole) {
    const { schemaText } = await import('./query-schema.ts')
    say(schemaText(described.map(({ column_name: name, column_type: type }) => [String(name), String(type)])))
  } else await printTable(described)
  if (sql === null) say(`\n${counted(await dataset.count(), 'row')} in ${counted(dataset.files.length, 'file')}`)
  if (sql === null && dataset.tables.length > 1) say(`Tables: ${dataset.tables.join(', ')}`)
}

async function printTable(rows: readonly Row[]): Promise<void> {
  const [{ wantsColor }, { renderTable }] = await Promise.all([import('../terminal/print.ts'), import('../terminal/table.ts')])
  const { queryCells } = await import('./query-cells.ts')
  const columns = Object.keys(rows[0]!)
  const width = process.stdout.isTTY ? process.stdout.columns : null
  show(renderTable(columns, queryCells(columns, rows, width), wantsColor(process.stdout)))
}

/** The SQL that was given, or is in a file that was named; null where there is none. */
function sqlOf(given: string | undefined, { file }: QueryFlags): string | null {
  if (given !== undefined && file !== undefined)
    throw new TracewrightError('usage', 'Cannot query: found SQL and --file, expected one of them')
  const path = file ?? (given?.startsWith('@') ? given.slice(1) : undefined)
  if (path === undefined) return given ?? null
  refuseUnending(path, 'read the SQL in')
  let bytes: Buffer
  try {
    bytes = readBytes(path)
  } catch (error) {
    const hint = 'Name a file with one SELECT, or give the SQL itself'
    throw new TracewrightError('file', `Cannot read the SQL in '${path}': ${systemReason(error)}`, { hint, cause: error })
  }
  return decodeText(bytes, `read the SQL in '${path}'`, path)
}

function megabytes(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 64) throw new InvalidArgumentError('Expected a number of megabytes from 64.')
  return value
}
