import { expect, it } from 'vitest'
import { resolveRef } from './json-schema.ts'

it('a reference leads where it is written, escaped as in a URL or not', () => {
  const schema = { $defs: { 'a share': { type: 'number' }, '100%': { type: 'string' } } }
  expect(resolveRef({ $ref: '#/$defs/a%20share' }, schema)).toEqual({ type: 'number' })
  expect(resolveRef({ $ref: '#/$defs/100%' }, schema)).toEqual({ type: 'string' })
})
