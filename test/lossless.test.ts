import { expect, it } from 'vitest'
import { compileTemplate } from '../src/index.ts'
import { parseLossless } from '../src/lossless.ts'

it.each(['{"one": 1.0, "big": 12345678901234567890123, "small": -0.0}', '{"b": 1, "10": 2, "a": [1e+22]}'])(
  'templates print numbers and keys as they were written: %s',
  text => {
    const template = compileTemplate('{{ value | tojson }}', { profile: 'chat' })
    expect(template.render({ value: parseLossless(text) }, { values: 'python' })).toBe(text)
  },
)
