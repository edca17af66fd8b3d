import { afterAll, expect, it } from 'vitest'
import { formatByName } from './known-formats.ts'
import { openRollouts } from './read.ts'
import { folderWith, removeFolders } from './testing/read-logs.ts'

afterAll(removeFolders)

const logs = () =>
  folderWith({
    ...Object.fromEntries(
      [...formatByName.values()].flatMap(({ name, example }) =>
        Object.entries(example('kite', ['Mended.'])).map(([path, content]) => [`${name}/${path}`, content]),
      ),
    ),
    'codex/rollout-empty.jsonl': '',
  })

it('rollouts give their outcomes in the order of the units, as often as they are iterated', async () => {
  await using rollouts = await openRollouts({ format: 'auto', path: logs() })
  const byUnit = []
  for (const ref of rollouts.units) byUnit.push(...(await rollouts.read(ref)).outcomes)
  expect(byUnit.length).toBeGreaterThanOrEqual(formatByName.size)
  for (let i = 0; i < 2; i++) expect(await Array.fromAsync(rollouts)).toEqual(byUnit)
})

it('rollouts that nobody reads to their end read no more than was asked for', async () => {
  await using rollouts = await openRollouts({ format: 'auto', path: logs() })
  const { counts } = rollouts.units[0]!.source
  const openedIn = async (read: () => Promise<void>) => {
    const before = counts.opened
    await read()
    return counts.opened - before
  }
  const one = await openedIn(async () => {
    for await (const outcome of rollouts) return expect('row' in outcome || 'reject' in outcome).toBe(true)
  })
  const all = await openedIn(async () => {
    for await (const _ of rollouts);
  })
  expect(one).toBeGreaterThan(0)
  expect(all).toBeGreaterThan(2 * one)
})

it('rollouts let go of their files at the end of their block', async () => {
  let left: Awaited<ReturnType<typeof openRollouts>>
  {
    await using rollouts = await openRollouts({ format: 'auto', path: logs() })
    left = rollouts
  }
  expect(() => left.close()).not.toThrow()
})
