import { createHash } from 'node:crypto'
import { writeJson } from '../../json/exact.ts'
import type { JsonObject } from '../../json/json.ts'
import { RowsSeedSource } from '../../seed/rows.ts'
import type { DataDesignerConfigBuilder } from './builder.ts'

/**
 * The config as a run's folder holds it. Rows in memory are named by their hash, since they have no other place; default models and tools
 * that columns name are written out, since they may be others another day; a token is left out.
 */
export function configAsRun(builder: DataDesignerConfigBuilder): JsonObject {
  const { data_designer, ...more } = builder.describe(source => {
    if (source instanceof RowsSeedSource) return { seed_type: source.seedType, rows_sha256: source.fingerprint() }
    const written = source.toJSON()
    const { token } = written
    return typeof token === 'string' && token.startsWith('hf_') ? { ...written, token: null } : written
  })
  return {
    data_designer: {
      ...(data_designer as JsonObject),
      model_configs: builder.askedModels.map(config => config.toJSON()),
      tool_configs: builder.askedTools.map(config => config.toJSON()),
    },
    ...more,
  }
}

/** Hash of everything in a config that decides its rows; the version that wrote it does not. */
export function configHash(builder: DataDesignerConfigBuilder): string {
  return createHash('sha256')
    .update(writeJson(configAsRun(builder)['data_designer']))
    .digest('hex')
}
