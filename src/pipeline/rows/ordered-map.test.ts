import { expect, it } from 'vitest'
import { orderedMap } from './ordered-map.ts'

async function* numbers(count: number, onAsk: (i: number) => void = () => {}): AsyncIterable<number> {
  for (let i = 0; i < count; i++) {
    onAsk(i)
    yield i
  }
}

const pause = (ms: number) => new Promise(done => setTimeout(done, ms))

it('orderedMap() gives results in the order of their sources, whatever finishes first', async () => {
  const doubled = orderedMap(numbers(20), 5, async i => {
    await pause(((i * 7) % 5) * 3)
    return i * 2
  })
  expect(await Array.fromAsync(doubled)).toEqual(Array.from({ length: 20 }, (_, i) => i * 2))
})

it('orderedMap() keeps to its width', async () => {
  let flying = 0
  let most = 0
  const mapped = orderedMap(numbers(50), 4, async i => {
    most = Math.max(most, ++flying)
    await pause(1)
    flying--
    return i
  })
  await Array.fromAsync(mapped)
  expect(most).toBe(4)
})

it('orderedMap() asks its source for no more than it may have in flight', async () => {
  let asked = 0
  const mapped = orderedMap(
    numbers(1000, i => (asked = i)),
    8,
    async i => i,
  )
  for await (const i of mapped) if (i === 10) break
  expect(asked).toBeLessThanOrEqual(10 + 8 + 1)
})

it('orderedMap() hands an error on in its place', async () => {
  const seen: number[] = []
  const failing = orderedMap(numbers(10), 4, async i => {
    if (i === 3) throw new Error('third')
    return i
  })
  await expect(
    (async () => {
      for await (const i of failing) seen.push(i)
    })(),
  ).rejects.toThrow('third')
  expect(seen).toEqual([0, 1, 2])
})
