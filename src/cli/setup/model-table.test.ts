import stringWidth from 'string-width'
import { expect, it } from 'vitest'
import { modelTable } from './model-table.ts'

const MODELS = ['distiller', 'judge'].map(alias => ({
  alias,
  model: 'nvidia/nemotron-3-super-120b-a12b',
  provider: 'nvidia',
  endpoint: 'https://integrate.api.nvidia.com/v1',
  key: 'NVIDIA_API_KEY is not set',
  from: 'config' as const,
}))

it('models are told whole where there is room', () => {
  const lines = modelTable(MODELS, Infinity, false).split('\n')
  expect(lines).toHaveLength(3)
  expect(lines[1]).toMatch(
    /^distiller +nvidia\/nemotron-3-super-120b-a12b +nvidia +https:\/\/integrate.api.nvidia.com\/v1 +NVIDIA_API_KEY is not set +config$/,
  )
})

it.each([65, 80, 100])('in %i columns they keep to them, and whether a key is there is still told', width => {
  const lines = modelTable(MODELS, width, false).split('\n')
  for (const line of lines.slice(0, 3)) expect(stringWidth(line)).toBeLessThanOrEqual(width)
  expect(lines[1]).toContain('NVIDIA_API_KEY is not set')
  expect(lines.at(-1)).toContain('--json')
})
