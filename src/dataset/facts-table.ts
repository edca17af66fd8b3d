import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { quoted } from '../codec/duckdb.ts'
import { readerSql } from '../codec/duckdb-files.ts'
import { countOnce } from './count-once.ts'
import { countedFacts } from './dataset-facts.ts'
import type { DatasetFiles } from './dataset-files.ts'
import type { Facts, StoredFacts } from './facts.ts'
import { FACTS, factsOfShard, hasFacts } from './store/facts-file.ts'

/** Whether a dataset has a table of facts: a store, once an ingest of this version has seen it. */
export function hasFactsTable({ store }: Pick<DatasetFiles, 'store'>): boolean {
  return store !== null && store.manifest.shards.length > 0 && store.manifest.shards.every(hasFacts)
}

/** Rows that one statement puts into a table: its text is held whole. */
const AT_ONCE = 1000

/**
 * Make the table `facts`: what is known of each session without its messages, with dates as points in time, and how many agents it spawned. `only`: the
 * condition that selects sessions; the agents of one that is selected are counted, whether or not they are.
 */
export async function createFactsTable(connection: DuckDBConnection, store: Store, only: string | null): Promise<void> {
  const files = store.manifest.shards.map(({ facts }) => join(store.folder, FACTS, facts!))
  const instant = (column: string) => `CAST(epoch_ms(${column}) AS TIMESTAMPTZ) AS ${column}`
  await connection.run(`CREATE VIEW stored_facts AS SELECT * EXCLUDE (marks) FROM ${readerSql('read_parquet', files)}`)
  await connection.run('CREATE TABLE counted AS SELECT trace_id, responses, rest FROM stored_facts LIMIT 0')
  for await (const { trace_id, responses, rest } of otherwiseCounted(store))
    await connection.run(`INSERT INTO counted VALUES (${literal(trace_id)}, ${literal(responses)}, ${literal(rest)})`)
  const told = (column: string) => `CASE WHEN o.trace_id IS NULL THEN f.${column} ELSE o.${column} END AS ${column}`
  await connection.run(
    `CREATE VIEW facts AS SELECT f.* REPLACE (${instant('started_at')}, ${instant('ended_at')}, ${told('responses')}, ${told('rest')}), coalesce(c.n, 0) AS children
     FROM stored_facts AS f LEFT JOIN (
       SELECT parent_trace_id, count(*) AS n FROM stored_facts WHERE relation = 'subagent' GROUP BY 1
     ) AS c ON c.parent_trace_id = f.trace_id
     LEFT JOIN counted AS o ON o.trace_id = f.trace_id${only === null ? '' : ` WHERE f.${only}`}`,
  )
}

type Store = NonNullable<DatasetFiles['store']>

/** Facts of the sessions in which something counts otherwise than their row alone says. */
async function* otherwiseCounted({ folder, manifest }: Store): AsyncIterable<Pick<Facts, 'trace_id' | 'responses' | 'rest'>> {
  const counted = await countOnce(() => countedFacts(folder, manifest))
  let number = 0
  for (const shard of manifest.shards)
    for await (const facts of factsOfShard(folder, manifest, shard, ['trace_id', 'responses', 'rest', 'marks'])) {
      const after = counted(facts as StoredFacts, number++)
      const isOther = after.rest !== facts.rest || after.responses.length !== facts.responses.length
      if (isOther || after.responses.some((response, i) => response !== facts.responses[i])) yield after
    }
}

/** A value as SQL has it. */
function literal(value: unknown): string {
  if (typeof value === 'string') return quoted(value)
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value !== 'object' || value === null) return String(value ?? 'NULL')
  return `{${Object.entries(value)
    .map(([key, part]) => `${quoted(key)}: ${literal(part)}`)
    .join(', ')}}`
}

/** Make the table `selected`: ids of the rows that SQL is to see. */
export async function createSelected(connection: DuckDBConnection, ids: readonly string[]): Promise<void> {
  await connection.run('CREATE TABLE selected (trace_id VARCHAR)')
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const some = ids.slice(at, at + AT_ONCE)
    await connection.run(`INSERT INTO selected VALUES ${some.map(id => `(${quoted(id)})`).join(', ')}`)
  }
}
