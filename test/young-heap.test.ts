// How much of the heap of an ingest in one thread is young: measured in processes of their own, for it is a setting of the whole process.
import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'

/** Bytes of the young heap of a process in which much that is made lives on. */
function youngBytes(setting: string): number {
  const program = `
    import { getHeapSpaceStatistics } from 'node:v8'
    import { boundYoungHeap } from ${JSON.stringify(new URL('../src/cli/engine.ts', import.meta.url).href)}
    ${setting}
    const kept = []
    for (let i = 0; i < 150; i++) {
      for (let j = 0; j < 10_000; j++) kept.push({ i, j, list: [j] })
      await new Promise(resolve => setImmediate(resolve))
    }
    console.log(getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size)`
  return Number(execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' }))
}

it('the young heap stays within a few tens of megabytes where it is bounded', () => {
  const bounded = youngBytes('boundYoungHeap()')
  expect(bounded).toBeLessThan(50 << 20)
  expect(bounded).toBeGreaterThan(4 << 20) // a heap that hardly grows is collected all the time
  expect(youngBytes('')).toBeGreaterThan(bounded)
})
