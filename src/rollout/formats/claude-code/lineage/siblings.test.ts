import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { writeClaudeSession } from '../../../../../bench/generate.ts'
import { openLogs, openRollouts } from '../../../read.ts'

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

const id = (n: number) => `${String(n).padStart(8, '0')}-2222-4c1e-9d1a-aa0000000002`

/** Sessions in projects of their own, of which the last says that it went on in the first. */
function projects(count: number, bytes: number): string {
  const root = mkdtempSync(join(tmpdir(), 'tracewright-siblings-'))
  folders.push(root)
  for (let n = 0; n < count; n++) writeClaudeSession(join(root, `-srv-${String(n).padStart(3, '0')}`, `${id(n)}.jsonl`), bytes, n)
  const last = join(root, `-srv-${String(count).padStart(3, '0')}`, `${id(count)}.jsonl`)
  mkdirSync(dirname(last))
  writeClaudeSession(last, bytes, count)
  const record = { type: 'continued-in', sessionId: id(count), continuedInSessionId: id(0) }
  writeFileSync(last, `${JSON.stringify(record)}\n`, { flag: 'a' })
  return root
}

it.each([
  ['small', 3000],
  ['large', 80_000],
])('of %s logs, the first row opens each of the others no more than once, and finds the one that went on in it', async (_, bytes) => {
  const path = projects(40, bytes)
  await using rollouts = await openRollouts({ format: 'claude_code', path })
  const [first] = (await rollouts.read(rollouts.units[0]!)).outcomes
  expect(first).toMatchObject({ row: { trace_id: id(0), relation: 'continuation', parent_trace_id: id(40) } })
  // Each to judge whose it is; of the first, and of the one it comes from, what they begin with and all they say besides.
  expect(rollouts.units[0]!.source.counts.opened).toBe(41 + 4)
})

it.each(['claude_code', 'auto'] as const)(
  'where all logs are read (%s), each is opened to judge it and to read it, and not again for its neighbours',
  async format => {
    const path = projects(40, 3000)
    await using rollouts = await openLogs({ format, path }, true)
    const rows = await Array.fromAsync(rollouts)
    expect(rows).toHaveLength(41)
    expect(rows[0]).toMatchObject({ row: { relation: 'continuation', parent_trace_id: id(40) } })
    // And once more the end of the one that went on in another.
    expect(rollouts.units[0]!.source.counts.opened).toBe(2 * 41 + 1)
  },
)

it('a log that goes on in another is found where only that one is to be read', async () => {
  const path = projects(3, 3000)
  await using rollouts = await openRollouts({ format: 'claude_code', path, filePattern: `${id(0)}.jsonl` })
  const [first] = (await rollouts.read(rollouts.units[0]!)).outcomes
  expect(first).toMatchObject({ row: { relation: 'continuation', parent_trace_id: id(3) } })
})

it('a log that was not judged is looked into all the same', async () => {
  const home = mkdtempSync(join(tmpdir(), 'tracewright-siblings-'))
  folders.push(home)
  const from = projects(3, 3000)
  cpSync(from, join(home, '.claude', 'projects'), { recursive: true })
  await using rollouts = await openRollouts({ format: 'claude_code', env: { HOME: home } })
  const [first] = (await rollouts.read(rollouts.units[0]!)).outcomes
  expect(first).toMatchObject({ row: { relation: 'continuation', parent_trace_id: id(3) } })
})
