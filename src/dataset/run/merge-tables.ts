import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TypeInference } from '../../codec/infer-types.ts'
import { parquet } from '../../codec/parquet.ts'
import { TracewrightError } from '../../errors.ts'
import { writeJson } from '../../json/exact.ts'
import type { Row } from '../../row.ts'
import type { StoreTypes } from '../../store-type.ts'
import type { RunHome } from './home.ts'
import type { RunPart } from './manifest.ts'
import type { ShardTable } from './shard-table.ts'

/** A table of a shard, the key below which its parts are, and how many of its rows belong to the whole. */
export type TableOfShard = { table: ShardTable; prefix: string; rows: number }

/**
 * Put the tables of shards together as one, under keys of its own: parts are the same bytes where they have the types that all rows need,
 * and are written anew where they have not, or do not belong to the whole to the end.
 */
export async function mergeTables(
  home: RunHome,
  tables: readonly TableOfShard[],
  to: string,
): Promise<{ parts: RunPart[]; types: StoreTypes }> {
  const scratch = mkdtempSync(join(tmpdir(), 'tracewright-merge-'))
  try {
    const inference = await typesOfAll(home, tables, scratch)
    const types = inference.types()
    const parts: RunPart[] = []
    for (const { table, prefix, rows } of tables) {
      let left = rows
      for (const part of table.parts) {
        if (left === 0) break
        const file = `part-${String(parts.length).padStart(5, '0')}.parquet`
        const isAsItIs = part.rows <= left && writeJson(table.written_as) === writeJson(types)
        if (isAsItIs) {
          await home.copy(`${prefix}${part.file}`, `${to}${file}`)
          parts.push({ file, rows: part.rows, bytes: part.bytes })
        } else {
          const path = join(scratch, file)
          const writer = parquet.write(path, { types })
          let written = 0
          for await (const row of partRows(home, prefix, part, scratch)) {
            if (written++ === left) break
            await writer.write(row)
          }
          const count = await writer.close()
          await home.putFile(`${to}${file}`, path)
          parts.push({ file, rows: count, bytes: statSync(path).size })
          rmSync(path)
        }
        left -= Math.min(left, part.rows)
      }
    }
    return { parts, types: inference.shown() }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/**
 * The types all rows need. Shards say what theirs have shown; where that is not the same, rows of those that differ are looked at again,
 * since a type does not say whether its integers fit into the doubles of another shard. So are those of which a part is left out.
 */
async function typesOfAll(home: RunHome, tables: readonly TableOfShard[], scratch: string): Promise<TypeInference> {
  const said = tables.filter(({ table, rows }) => table.parts.length > 0 && rows > 0)
  const looked = new Set(said.filter(isCut))
  const united = await unite(home, said, looked, scratch)
  const differing = said.filter(({ table }) => writeJson(table.written_as) !== writeJson(united.types()))
  if (differing.every(table => looked.has(table))) return united
  for (const table of differing) looked.add(table)
  return unite(home, said, looked, scratch)
}

/** What tables have shown together, each by what it says or, where it is to be looked at, by its rows. */
async function unite(
  home: RunHome,
  tables: readonly TableOfShard[],
  looked: ReadonlySet<TableOfShard>,
  scratch: string,
): Promise<TypeInference> {
  const inference = new TypeInference()
  for (const each of tables) {
    if (!looked.has(each)) inference.learn(Object.keys(each.table.written_as), each.table.types)
    else for await (const row of rowsOf(home, each, scratch)) inference.observe(row)
  }
  return inference
}

function isCut({ table, rows }: TableOfShard): boolean {
  return rows < table.parts.reduce((n, part) => n + part.rows, 0)
}

/** Rows of a table that belong to the whole. */
async function* rowsOf(home: RunHome, { table, prefix, rows }: TableOfShard, scratch: string): AsyncIterable<Row> {
  let left = rows
  for (const part of table.parts) {
    if (left === 0) return
    for await (const row of partRows(home, prefix, part, scratch)) if (left-- > 0) yield row
    left = Math.max(0, left)
  }
}

/** Rows of a part, which is as its shard has left it. */
async function* partRows(home: RunHome, prefix: string, part: ShardTable['parts'][number], scratch: string): AsyncIterable<Row> {
  const bytes = await home.get(`${prefix}${part.file}`)
  const found = bytes === null ? null : createHash('sha256').update(bytes).digest('hex')
  if (bytes === null || found !== part.sha256)
    throw new TracewrightError(
      'file',
      `Cannot merge '${home.place}': ${prefix}${part.file} ${bytes === null ? 'is gone' : 'is not what its shard has written'}`,
      {
        hint: `Take away the marker of its shard (${prefix.split('/').slice(0, 2).join('/')}.json) and make it again`,
      },
    )
  const path = join(scratch, 'read.parquet')
  writeFileSync(path, bytes)
  yield* parquet.read(path)
}
