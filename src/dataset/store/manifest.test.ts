import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { openDataset } from '../open-dataset.ts'
import { ingestToStore } from './ingest.ts'

const logs = join(import.meta.dirname, '..', '..', '..', 'examples', 'logs')
const root = mkdtempSync(join(tmpdir(), 'tracewright-manifest-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

it('a manifest that is damaged, or names files elsewhere, is refused by whoever reads the store', async () => {
  const store = join(root, 'store')
  await ingestToStore({ format: 'auto', path: logs, folder: store, workers: 1 })
  const path = join(store, 'manifest.json')
  const whole = readFileSync(path, 'utf8')
  const manifest = JSON.parse(whole)
  const changed = (change: object) => JSON.stringify({ ...manifest, ...change })
  const [shard] = manifest.shards
  for (const text of [
    '{bad',
    '',
    whole.slice(0, -20),
    changed({ shards: [{ ...shard, file: '../../x.parquet' }] }),
    changed({ shards: [{ ...shard, file: '/etc/passwd' }] }),
    changed({ shards: [{ ...shard, rows: -1 }] }),
    changed({ shards: {} }),
    changed({ index: ['..'] }),
    changed({ codec: '__proto__' }),
    changed({ next: '1' }),
  ]) {
    writeFileSync(path, text)
    await expect(openDataset(store), text).rejects.toThrow(/its manifest is damaged/)
    await expect(ingestToStore({ format: 'auto', path: logs, folder: store, workers: 1 }), text).rejects.toThrow(/its manifest is damaged/)
  }
  writeFileSync(path, whole)
  await (await openDataset(store)).close()
})
