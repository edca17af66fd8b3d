import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { openDataset } from '../src/dataset/open-dataset.ts'
import { folderWith, jsonl, removeFolders } from '../src/rollout/testing/read-logs.ts'
import { type CliProcess, startCli } from './cli-process.ts'

/*
 * What may happen to logs while they are watched: they are torn, replaced, taken away, and their folder with them.
 */

afterAll(removeFolders)

/** Records of a session, from one number to another. */
function records(session: string, from: number, to: number): string {
  return jsonl(
    Array.from({ length: to - from }, (_, i) => from + i).map(n => ({
      type: n % 2 === 0 ? 'user' : 'assistant',
      uuid: `${session}-${n}`,
      parentUuid: n === 0 ? null : `${session}-${n - 1}`,
      sessionId: session,
      timestamp: new Date(1_760_000_000_000 + n * 1000).toISOString(),
      cwd: '/srv/kite',
      version: '2.0.0',
      message:
        n % 2 === 0
          ? { role: 'user', content: `ask ${n}` }
          : {
              role: 'assistant',
              id: `m-${session}-${n}`,
              model: 'kite-1',
              content: [{ type: 'text', text: `answer ${n}` }],
              stop_reason: 'end_turn',
            },
    })),
  )
}

const A = '11111111-1111-4111-8111-111111111111'
const B = '22222222-2222-4222-8222-222222222222'

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise(done => setTimeout(done, 50))
}

/** Messages in the store; null where its files are being replaced at this moment. */
async function messages(store: string): Promise<number | null> {
  try {
    return await counted(store)
  } catch {
    return null
  }
}

async function counted(store: string): Promise<number> {
  await using dataset = await openDataset(store)
  return Number((await dataset.query('select sum(message_count)::int as n from rows'))[0]!['n'])
}

it('goes on through whatever happens to logs, and says each thing once', { timeout: 240_000 }, async () => {
  const cwd = folderWith({ [`logs/p/${A}.jsonl`]: records(A, 0, 4) })
  const [store, logs] = [join(cwd, 'store'), join(cwd, 'logs')]
  const file = join(logs, 'p', `${B}.jsonl`)
  const watcher: CliProcess = startCli(['ingest', 'logs', '-o', 'store', '--watch'], cwd)
  const said = (words: string) => watcher.stderr().split(words).length - 1
  const holds = (wanted: number) => until(async () => said('The store has') > 0 && (await messages(store)) === wanted)
  await holds(4)

  writeFileSync(file, records(B, 0, 3))
  truncateSync(file, records(B, 0, 3).length - 40) // torn in its last record
  await holds(6)
  writeFileSync(`${file}.new`, records(B, 0, 6))
  renameSync(`${file}.new`, file)
  await holds(10)
  execFileSync('mkfifo', [join(logs, 'p', 'pipe.jsonl')])

  renameSync(logs, join(cwd, 'away'))
  await until(() => said('there is no such file or folder') > 0)
  const other = await startCli(['ingest', 'away', '-o', 'store'], cwd).output
  expect([other.code, other.stderr]).toEqual([expect.any(Number), expect.not.stringContaining('defect')])
  renameSync(join(cwd, 'away'), logs)
  appendFileSync(file, records(B, 6, 8))
  await holds(12)

  // Nothing is lost with a log that is gone.
  rmSync(file)
  mkdirSync(join(logs, 'q'))
  writeFileSync(join(logs, 'q', `${A.replaceAll('1', '3')}.jsonl`), records(A.replaceAll('1', '3'), 0, 2))
  await holds(14)

  watcher.child.kill('SIGINT')
  const { code, stderr } = await watcher.output
  expect(code, stderr).toBe(0)
  expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^Watched until stopped: read \d+ logs, .*; the store has 3 rows$/)
  expect(stderr.match(/there is no such file or folder/g)).toHaveLength(1)
  expect(stderr).not.toMatch(/Nothing new to read|defect/)
})
