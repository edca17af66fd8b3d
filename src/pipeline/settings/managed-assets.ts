import { join } from 'node:path'

/**
 * Data Designer's folder of managed assets, where its datasets of persons are: what $DATA_DESIGNER_MANAGED_ASSETS_PATH says, else
 * `managed-assets` in a home folder (default: $DATA_DESIGNER_HOME). Null where neither is named.
 */
export function managedAssetsPath(home: string | null = process.env['DATA_DESIGNER_HOME'] || null): string | null {
  return process.env['DATA_DESIGNER_MANAGED_ASSETS_PATH'] || (home === null ? null : join(home, 'managed-assets'))
}
