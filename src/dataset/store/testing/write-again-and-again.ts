// Brings a store up to date without a pause, as logs grow in turns: rows take the places of others, shards are joined, names change.
// A process of its own, until it is ended.
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ingestToStore } from '../ingest.ts'

const [logs, store] = process.argv.slice(2) as [string, string]

const record = (session: number, n: number) =>
  `${JSON.stringify({
    type: 'user',
    uuid: `${session}-${n}`,
    parentUuid: n === 0 ? null : `${session}-${n - 1}`,
    sessionId: `${String(session).padStart(8, '0')}-2222-4222-8222-222222222222`,
    timestamp: new Date(1_760_000_000_000 + n * 1000).toISOString(),
    cwd: '/srv/kite',
    version: '2.0.0',
    message: { role: 'user', content: `ask kite ${n}` },
  })}\n`

const path = (session: number) => join(logs, `${String(session).padStart(8, '0')}-2222-4222-8222-222222222222.jsonl`)
for (let session = 0; session < 6; session++) writeFileSync(path(session), record(session, 0))
for (let n = 1; ; n++) {
  await ingestToStore({ format: 'auto', path: logs, folder: store, workers: 1 })
  if (n === 1) console.log('begun')
  // As a watcher waits until logs are quiet, and a fourth of that.
  await sleep(100)
  appendFileSync(path(n % 6), record(n % 6, Math.ceil(n / 6)))
}
