import { expect, it } from 'vitest'
import { studioSizes } from '../bench/studio-sizes.ts'

it.each(studioSizes())('$what: no more than it may be', ({ bytes, budget }) => {
  expect(bytes).toBeGreaterThan(1024)
  expect(bytes).toBeLessThanOrEqual(budget)
})
