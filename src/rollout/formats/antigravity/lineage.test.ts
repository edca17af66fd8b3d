import { utimesSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { Source } from '../../log/source.ts'
import { folderWith, jsonl, removeFolders } from '../../testing/read-logs.ts'
import { kinOf } from './lineage.ts'

afterAll(removeFolders)

const idOf = (n: number) => `019c0000-0000-7000-8000-${String(n).padStart(12, '0')}`
const pathOf = (n: number) => `${idOf(n)}/.system_generated/logs/transcript.jsonl`
const HOUR = 3600
const startOf = (n: number) => Date.UTC(2026, 2, 1) / 1000 + n * HOUR

/** Conversations an hour after each other, each of half an hour; those of `spawners` spawn the next one when they end, two hours later. */
function brainOf(count: number, spawners: readonly number[]): Source {
  const at = (n: number) => ({ created_at: new Date(startOf(n) * 1000).toISOString(), status: 'DONE' })
  const steps = (n: number) => [
    { step_index: 0, source: 'USER_EXPLICIT', type: 'USER_INPUT', content: 'Fly', ...at(n) },
    ...(spawners.includes(n)
      ? [
          { step_index: 1, source: 'MODEL', type: 'PLANNER_RESPONSE', tool_calls: [{ name: 'invoke_subagent', args: {} }], ...at(n) },
          { step_index: 2, source: 'MODEL', type: 'INVOKE_SUBAGENT', content: `Started ${idOf(n + 1)}`, ...at(n) },
        ]
      : []),
  ]
  const root = folderWith(Object.fromEntries(Array.from({ length: count }, (_, n) => [pathOf(n), jsonl(steps(n))])))
  for (let n = 0; n < count; n++) {
    const end = startOf(n) + (spawners.includes(n) ? 2 * HOUR : HOUR / 2)
    utimesSync(join(root, pathOf(n)), end, end)
  }
  return new Source(root)
}

it('each transcript of a folder is read once, for however many conversations', async () => {
  const count = 600
  using source = brainOf(count, [])
  for (let n = 0; n < count; n++) await kinOf(source, pathOf(n), idOf(n))
  expect(source.counts.opened).toBe(count)
})

it.each([
  ['that is spawned on its spawner, and those above it', 4, [2, 3]],
  ['that spawns on who was there when it began', 3, [2]],
  ['of its own on nobody', 7, []],
])('a conversation %s depends', async (_, n, expected) => {
  using source = brainOf(9, [2, 3])
  const { touched, value } = source.watch(() => kinOf(source, pathOf(n), idOf(n)))
  await value
  expect([...touched.read].sort()).toEqual(expected.map(pathOf))
})
