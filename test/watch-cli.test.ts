import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it, onTestFinished } from 'vitest'
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

it('waits for whoever else writes the store, says so once, and takes turns with another watcher', { timeout: 120_000 }, async () => {
  const cwd = folderWith({ [`logs/p/${A}.jsonl`]: records(A, 0, 4) })
  const store = join(cwd, 'store')
  const file = join(cwd, 'logs', 'p', `${B}.jsonl`)
  const watch = () => startCli(['ingest', 'logs', '-o', 'store', '--watch'], cwd)
  const says = ({ stderr }: CliProcess, words: string) => until(() => stderr().includes(words))
  const holds = (wanted: number) => until(async () => (await messages(store)) === wanted)
  // One watches already when the store is locked, another is started then, and a third gives up.
  const first = watch()
  await says(first, 'The store has')
  const holder = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', LOCK_PROCESS, store, join(cwd, 'journal'), 'true'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await once(holder.stdout, 'data')
  writeFileSync(file, records(B, 0, 2))
  const [second, third] = [watch(), watch()]
  onTestFinished(() => [holder, first.child, second.child, third.child].forEach(child => void child.kill('SIGKILL')))
  const waits = "Cannot write store 'store': another ingest is writing it. Waiting until it has finished; Ctrl-C ends"
  await Promise.all([first, second, third].map(watcher => says(watcher, waits)))
  third.child.kill('SIGINT')
  const gaveUp = await third.output
  expect([gaveUp.code, gaveUp.stderr]).toEqual([130, expect.stringMatching(/Go on: tracewright ingest logs --output store --watch\n$/)])
  expect(await messages(store)).toBe(4)
  holder.kill('SIGKILL')
  for (let n = 2; n <= 6; n += 2) {
    await holds(4 + n)
    appendFileSync(file, records(B, n, n + 2))
  }

  // What one cannot do any more the other does.
  await says(second, 'The store has')
  first.child.kill('SIGKILL')
  appendFileSync(file, records(B, 8, 10))
  await holds(14)
  second.child.kill('SIGINT')
  const { code, stderr } = await second.output
  expect(code, stderr).toBe(0)
  expect([first.stderr(), stderr].map(said => said.split(waits).length - 1)).toEqual([1, 1])
  expect(`${first.stderr()}${stderr}`).not.toMatch(/defect|damaged|Trying again/)
  expect(stderr).toMatch(/; the store has 2 rows\n$/)
})

const LOCK_PROCESS = join(import.meta.dirname, '..', 'src', 'disk', 'testing', 'lock-process.ts')
