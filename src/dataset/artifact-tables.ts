import type { DuckDBConnection } from '@duckdb/node-api'
import { named } from '../codec/duckdb.ts'
import { tableOf } from './files-as-table.ts'

/** Names of the tables of what processors made, as SQL asks for them. Those that made nothing have none. */
export function artifactTables(artifacts: Artifacts): string[] {
  const made = [...artifacts].filter(([, files]) => files.length > 0)
  return made.map(([name]) => `artifacts.${/^[a-z_]\w*$/i.test(name) ? name : named(name)}`)
}

type Artifacts = ReadonlyMap<string, readonly string[]>

/** Make a table of what each processor of a run made beside its rows. */
export async function createArtifacts(connection: DuckDBConnection, artifacts: Artifacts): Promise<void> {
  if (artifacts.size > 0) await connection.run('CREATE SCHEMA artifacts')
  for (const [name, files] of artifacts) {
    if (files.length === 0) continue
    const table = await tableOf(connection, files, null)
    await connection.run(`CREATE VIEW artifacts.${named(name)} AS SELECT * FROM ${table.sql(files)}`)
  }
}
