import { once } from 'node:events'
import { Command, InvalidArgumentError } from 'commander'
import { writeJson } from '../json/exact.ts'
import { EXIT } from './exit.ts'

/** `tracewright query`: SQL over rows on disk. */
export function query(): Command {
  return new Command('query')
    .summary('SQL over a store or a file of rows')
    .description(
      'Run SQL over rows on disk: a store, a folder of Parquet files, or one file. The table is called rows.\n' +
        'Of a store, the logs it was made of are the table logs: what was read and when, what is gone, what gave no row.\n' +
        'Without SQL, its columns and the number of rows are shown.',
    )
    .argument('<path>', 'store, folder or file')
    .argument('[sql]', 'e.g. "select trace_id, message_count from rows order by 2 desc limit 5"')
    .option('--json', 'print every row as a line of JSON')
    .option('--memory <mb>', 'memory the query may take; what does not fit is spilled to disk', megabytes)
    .action(async (path: string, sql: string | undefined, flags: { json?: boolean; memory?: number }) => {
      const { openDataset } = await import('../dataset/open-dataset.ts')
      const { renderTable, wantsColor } = await import('./print.ts')
      await using dataset = await openDataset(path, flags.memory === undefined ? {} : { memoryMB: flags.memory })
      const statement = sql ?? 'SELECT column_name, column_type FROM (DESCRIBE rows)'
      // Lines go out as they come, however many; a table has to be known whole.
      if (flags.json) {
        for await (const row of dataset.stream(statement))
          if (!process.stdout.write(`${writeJson(row)}\n`)) await once(process.stdout, 'drain')
      }
      const rows = flags.json ? [] : await dataset.query(statement)
      if (rows.length > 0) {
        const columns = Object.keys(rows[0]!)
        const cells = rows.map(row => columns.map(column => cellOf(row[column] ?? null)))
        console.log(renderTable(columns, cells, wantsColor(process.stdout)))
      }
      if (sql === undefined && !flags.json) console.log(`\n${await dataset.count()} rows in ${dataset.files.length} files`)
      process.exitCode = EXIT.done
    })
}

const CELL_CHARACTERS = 80

function cellOf(value: unknown): string | number {
  if (value === null) return '–'
  if (typeof value === 'number' && Number.isInteger(value)) return value
  const text = (typeof value === 'string' ? value : writeJson(value)).replaceAll(/\s+/g, ' ')
  return text.length > CELL_CHARACTERS ? `${text.slice(0, CELL_CHARACTERS - 1)}…` : text
}

function megabytes(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 64) throw new InvalidArgumentError('Expected a number of megabytes from 64.')
  return value
}
