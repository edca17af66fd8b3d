import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import fc from 'fast-check'
import { withField } from './damages.ts'

/** Something that happens to a database, and what to call it when a test fails. */
export type CellDamage = { name: string; apply: (database: DatabaseSync) => void }

type Cell = { table: string; row: bigint; column: string; value: SQLInputValue }

/** What may stand in a cell in the place of what a program put there. */
const VALUES: readonly SQLInputValue[] = [
  ...[null, '', 'text', 'null', '[]', '{}', '17', '"text"', '{"a":', '\0', '\ud83d', '__proto__'],
  ...[0, -1, 1e300, 0.5, 9007199254740993n, 1n << 62n],
  ...[new Uint8Array(0), new Uint8Array([0, 255, 1])],
]

const numbers = fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.nat())

const cellDamage = numbers.map(([table, row, column, value]) =>
  named(`cell ${table} ${row} ${column} ${value}`, database => {
    const cell = cellAt(database, table, row, column)
    if (cell === null) return
    const changed = value % 2 === 0 ? undefined : changedInside(cell.value, value >> 1, row)
    put(database, cell, changed ?? VALUES[value % VALUES.length]!)
  }),
)

const rowDamage = numbers.map(([table, row, column, kind]) =>
  named(`row ${table} ${row} ${column} ${kind % 3}`, database => {
    const cell = cellAt(database, table, row, column)
    if (cell === null) return
    if (kind % 3 === 0) database.prepare(`DELETE FROM ${quoted(cell.table)} WHERE rowid = ?`).run(cell.row)
    // What one row says, another says too: an id twice, a parent that is its own child, a time that goes backwards.
    const other = cellAt(database, table, row + 1 + (kind % 7), kind % 3 === 1 ? column : column + 1)
    if (kind % 3 !== 0 && other !== null) put(database, cell, other.value)
  }),
)

const schemaDamage = numbers.map(([table, , column, kind]) =>
  named(`schema ${table} ${column} ${kind % 4}`, database => {
    const name = tablesOf(database)[table % Math.max(1, tablesOf(database).length)]
    if (name === undefined) return
    const columns = columnsOf(database, name)
    const one = columns[column % Math.max(1, columns.length)]!
    if (kind % 4 === 0) attempt(database, `ALTER TABLE ${quoted(name)} DROP COLUMN ${quoted(one)}`)
    if (kind % 4 === 1) attempt(database, `ALTER TABLE ${quoted(name)} RENAME COLUMN ${quoted(one)} TO "newer ""name"""`)
    if (kind % 4 === 2) attempt(database, `ALTER TABLE ${quoted(name)} ADD COLUMN "newer" DEFAULT 'said by a later version'`)
    if (kind % 4 === 3) attempt(database, `DROP TABLE ${quoted(name)}`)
  }),
)

/** One to three damages to what stands in a database, the same for the same seed; the file itself is sound. */
export const cellDamages: fc.Arbitrary<CellDamage[]> = fc.array(
  fc.oneof({ weight: 6, arbitrary: cellDamage }, { weight: 3, arbitrary: rowDamage }, { weight: 1, arbitrary: schemaDamage }),
  { minLength: 1, maxLength: 3 },
)

function named(name: string, apply: CellDamage['apply']): CellDamage {
  return { name, apply }
}

/** JSON with one value of it changed, packed as it was. */
function changedInside(value: SQLInputValue, field: number, kind: number): SQLInputValue | undefined {
  if (typeof value === 'string') return value.startsWith('{') || value.startsWith('[') ? withField(value, field, kind) : undefined
  if (!(value instanceof Uint8Array)) return undefined
  const isPacked = value[0] === 0x28 && value[1] === 0xb5
  const text = (isPacked ? zstdDecompressSync(value) : Buffer.from(value)).toString('utf8')
  if (!/^[[{]/.test(text)) return undefined
  const changed = withField(text, field, kind)
  return isPacked ? zstdCompressSync(changed) : Buffer.from(changed)
}

function cellAt(database: DatabaseSync, table: number, row: number, column: number): Cell | null {
  const tables = tablesOf(database).filter(name => columnsOf(database, name).length > 0)
  const name = tables[table % Math.max(1, tables.length)]
  if (name === undefined) return null
  const ids = database.prepare(`SELECT rowid AS "row id" FROM ${quoted(name)}`)
  ids.setReadBigInts(true)
  const rows = ids.all()
  const id = rows[row % Math.max(1, rows.length)]?.['row id']
  if (typeof id !== 'bigint') return null
  const columns = columnsOf(database, name)
  const one = columns[column % columns.length]!
  const read = database.prepare(`SELECT ${quoted(one)} AS value FROM ${quoted(name)} WHERE rowid = ?`)
  read.setReadBigInts(true)
  return { table: name, row: id, column: one, value: read.get(id)!['value'] as SQLInputValue }
}

/** What a table forbids is not done. */
function put(database: DatabaseSync, { table, row, column }: Cell, value: SQLInputValue): void {
  try {
    database.prepare(`UPDATE ${quoted(table)} SET ${quoted(column)} = ? WHERE rowid = ?`).run(value, row)
  } catch {}
}

function attempt(database: DatabaseSync, sql: string): void {
  try {
    database.exec(sql)
  } catch {}
}

function tablesOf(database: DatabaseSync): string[] {
  const sql =
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND sql NOT LIKE '%WITHOUT ROWID%' ORDER BY name"
  return database
    .prepare(sql)
    .all()
    .map(row => String(row['name']))
}

function columnsOf(database: DatabaseSync, table: string): string[] {
  return database
    .prepare(`PRAGMA table_info(${quoted(table)})`)
    .all()
    .map(row => String(row['name']))
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
