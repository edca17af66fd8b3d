import { openAsBlob } from 'node:fs'
import { join } from 'node:path'
import type { HomeFile, RunHome } from '../../dataset/run/home.ts'
import type { RunManifest } from '../../dataset/run/manifest.ts'
import { openHome } from '../../dataset/run/open-home.ts'
import { isPictureKey } from '../../dataset/run/pictures.ts'
import { TracewrightError } from '../../errors.ts'
import { refuseMore } from '../../fields.ts'
import { isObject, parseJson } from '../../json/json.ts'

/** What was brought to another place. */
export type PublishedRun = {
  /** Files that were written. */
  written: string[]
  /** Parts of a run that was there before, and were taken away. */
  removed: string[]
}

/**
 * Bring a finished run to another home: rows, pictures, failures, config, bill and manifest, and nothing of how it was made. On the hub that is one
 * commit; elsewhere the manifest comes last. Parts of a run that was there before are taken away, and other files left alone.
 */
export async function publishRun(place: string, to: string, ...more: never[]): Promise<PublishedRun> {
  refuseMore(more, 'publishRun', 'a run and where it is to be')
  return publishTo(place, openHome(to))
}

/** The same to a home that is open. `card`: what `README.md` says; default: a short one, where a hub has none yet. */
export async function publishTo(place: string, target: RunHome, card: string | null = null): Promise<PublishedRun> {
  const from = openHome(place)
  const manifest = await manifestOf(from)
  const keys = await keysOf(from, manifest)
  const there = await target.list('')
  const removed = there
    .map(({ key }) => key)
    .filter(key => (/^(?:parts|artifacts)\//.test(key) || isPictureKey(key)) && !keys.includes(key))
  const files: HomeFile[] = []
  const isBare = /^hf:/i.test(target.place) && !there.some(({ key }) => key === 'README.md')
  if (card !== null || isBare) files.push({ key: 'README.md', content: new Blob([card ?? cardOf(manifest)]) })
  for (const key of keys) files.push({ key, content: await contentOf(from, key) })
  await target.putAll(files, removed)
  return { written: files.map(({ key }) => key), removed }
}

async function manifestOf(home: RunHome): Promise<RunManifest> {
  const bytes = await home.get('manifest.json')
  const manifest = bytes === null ? null : parseJson(bytes.toString('utf8'))
  if (isObject(manifest) && Array.isArray(manifest['parts'])) return manifest as unknown as RunManifest
  throw new TracewrightError('usage', `Cannot publish '${home.place}': found no finished run there`, {
    hint: 'Put its shards together first: tracewright merge HOME',
  })
}

/** Files of the run, its manifest last. */
async function keysOf(home: RunHome, { parts, artifacts, rejects_replaced }: RunManifest): Promise<string[]> {
  const tables = [...parts.map(({ file }) => `parts/${file}`)]
  for (const [name, table] of Object.entries(artifacts))
    tables.push(...table.parts.map(({ file }) => `artifacts/${encodeURIComponent(name)}/${file}`))
  const beside = new Set((await home.list('')).map(({ key }) => key))
  const others = ['config.json', 'plan.json', 'usage.json', rejects_replaced ? 'rejects.jsonl.next' : 'rejects.jsonl'].filter(key =>
    beside.has(key),
  )
  const pictures = (await home.list('images/')).map(({ key }) => key).filter(isPictureKey)
  return [...tables, ...pictures, ...others, 'manifest.json']
}

async function contentOf(home: RunHome, key: string): Promise<Blob> {
  if (home.folder !== null) return openAsBlob(join(home.folder, key))
  const bytes = await home.get(key)
  if (bytes === null)
    throw new TracewrightError('file', `Cannot publish '${home.place}': '${key}' is gone`, {
      hint: 'Put its shards together again: tracewright merge HOME',
    })
  return new Blob([Buffer.from(bytes)])
}

/** So that the hub shows the rows. */
function cardOf({ dataset_name, rows }: RunManifest): string {
  return `---\nconfigs:\n- config_name: default\n  data_files: parts/*.parquet\n---\n\n# ${dataset_name.replace(/[^\w .-]/g, ' ')}\n\n${rows} ${rows === 1 ? 'row' : 'rows'}, made with tracewright; \`config.json\` is what made them.\n`
}
