import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'
import { writeClaudeSession } from '../../../bench/generate.ts'
import { DEFAULT_PARSE_OPTIONS } from '../../rollout/format.ts'
import type { Answer, Task, ThreadData } from './stage-worker.ts'

it('a thread tells of many small logs at once, and of the one it is at without a message', { timeout: 60_000 }, async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tracewright-thread-')))
  const names = Array.from({ length: 40 }, (_, i) => `-repo/${String(i).padStart(8, '0')}-2222-4c1e-9d1a-aa0000000002.jsonl`)
  for (const [i, name] of names.entries()) writeClaudeSession(join(folder, name), 2000, i)
  const stage: ThreadData['stage'] = {
    parse: DEFAULT_PARSE_OPTIONS,
    compat: false,
    recursive: true,
    store: null,
    shape: { form: 'lines', types: null },
    facts: false,
  }
  const at = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const units: Task['units'] = names.map(key => ({ format: 'claude_code', root: folder, unit: { key, files: [key] }, resumeAs: null }))
  const worker = new Worker(new URL('./stage-worker.ts', import.meta.url), {
    workerData: { stage, extensions: [], at, neighbours: new Map() } satisfies ThreadData,
  })
  try {
    const answers: Answer[] = []
    await new Promise<void>((resolve, reject) => {
      worker.on('error', reject)
      worker.on('message', (text: string) => {
        const answer = JSON.parse(text) as Answer
        answers.push(answer)
        if ('parts' in answer || 'failed' in answer) resolve()
      })
      worker.postMessage({ file: join(folder, 'rows'), taken: [], units } satisfies Task)
    })
    expect(answers).toMatchObject([{ ready: true }, { units: names.map(key => ({ ledger: { key } })) }, { parts: [{ rows: 40 }] }])
    expect(Atomics.load(at, 0)).toBe(39)
  } finally {
    await worker.terminate()
    rmSync(folder, { recursive: true, force: true })
  }
})
