import type { RunFolder } from '../../dataset/run/folder.ts'
import type { RunManifest } from '../../dataset/run/manifest.ts'
import { RunPictures } from '../../dataset/run/pictures.ts'
import { tableOf } from '../../dataset/run/shard-table.ts'
import type { ShardMarker } from './marker.ts'

/** Parts and pictures of a run's folder, by their paths in it. */
export function partFiles(folder: RunFolder, { parts, artifacts }: RunManifest): string[] {
  const below = (processor: string | null) => folder.parts(processor).slice(folder.path.length).replaceAll('\\', '/').replace(/^\//, '')
  const tables = [[null, parts] as const, ...Object.entries(artifacts).map(([name, table]) => [name, table.parts] as const)]
  return [
    ...tables.flatMap(([processor, files]) => files.map(({ file }) => `${below(processor)}/${file}`)),
    ...new RunPictures(folder.path).paths(),
  ]
}

/** What a finished run of a shard says in its marker. */
export async function markerOf(
  folder: RunFolder,
  manifest: RunManifest,
  names: Pick<ShardMarker, 'shard' | 'attempt' | 'plan'>,
): Promise<Omit<ShardMarker, 'bill'>> {
  const artifacts: ShardMarker['artifacts'] = Object.create(null)
  for (const [name, made] of Object.entries(manifest.artifacts)) artifacts[name] = await tableOf(folder, name, made)
  const { rows, declined, drawn, drawn_rows, rejects } = manifest
  const counts = { rows, declined, drawn, drawn_rows, rejects }
  return { layout: 1, ...names, ...counts, ...(await tableOf(folder, null, manifest)), artifacts, finished_at: new Date().toISOString() }
}
