import { TracewrightError } from '../../errors.ts'
import { ownValue, setOwn } from '../../json/own.ts'
import type { Row } from '../../row.ts'
import { RowsSeedSource } from '../../seed/rows.ts'
import type { SeedSource } from '../../seed/seed.ts'
import { DataDesignerConfigBuilder } from '../config/builder.ts'

/** A config that goes on from what another one made: the same models and tools, other rows, no columns yet. */
export function continued(builder: DataDesignerConfigBuilder, source: SeedSource): DataDesignerConfigBuilder {
  const next = new DataDesignerConfigBuilder({ modelConfigs: [...builder.modelConfigs] })
  for (const tools of builder.toolConfigs) next.addToolConfig(tools)
  next.defaults = builder.defaults
  return next.withSeedDataset(source)
}

/** Rows in memory as a seed, with these columns only. Throws where one of them is nowhere. */
export function rowsOf(rows: readonly Row[], columns: readonly string[], where: string): SeedSource {
  const known = new Set(rows.flatMap(Object.keys))
  const missing = columns.filter(column => !known.has(column))
  if (missing.length > 0)
    throw new TracewrightError('usage', `Cannot take columns: found no ${missing.join(', ')}, expected some of ${[...known].join(', ')}`, {
      where,
    })
  return new RowsSeedSource({
    rows: rows.map(row => {
      const taken: Row = {}
      for (const column of columns) setOwn(taken, column, ownValue(row, column) ?? null)
      return taken
    }),
  })
}
