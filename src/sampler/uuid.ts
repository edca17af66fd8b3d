import { booleanAt, stringAt } from '../fields.ts'
import { defineSampler, type SamplerParams } from './sampler.ts'

/** A random identifier. */
export const uuid = defineSampler({
  name: 'uuid',
  description: 'A random identifier of 32 hexadecimal digits, or 8',
  spread: 'other',
  fields: {
    prefix: ['text', 'none', 'what stands before it'],
    short_form: ['true or false', 'false', '8 digits instead of 32'],
    uppercase: ['true or false', 'false', '`A` to `F` instead of `a` to `f`'],
  },
  read(params, where): SamplerParams {
    const prefix = stringAt(params, 'prefix', where)
    const isShort = booleanAt(params, 'short_form', where) ?? false
    const isUpper = booleanAt(params, 'uppercase', where) ?? false
    return {
      kind: 'fixed',
      reads: [],
      decimalPlaces: null,
      draw({ random }) {
        const digits = uuid4(random)
          .replaceAll('-', '')
          .slice(0, isShort ? 8 : 32)
        return `${prefix ?? ''}${isUpper ? digits.toUpperCase() : digits}`
      },
      toJSON: () => ({ sampler_type: 'uuid', prefix, short_form: isShort, uppercase: isUpper }),
    }
  },
  example: {
    needs: {},
    more: { prefix: 'u-', short_form: true, uppercase: true },
    wrong: [[{ short_form: 'maybe' }, 'short_form: found "maybe"']],
  },
})

/** A UUID of version 4, with its dashes. */
export function uuid4(random: { integer(below: number): number }): string {
  const bytes = Array.from({ length: 16 }, () => random.integer(256))
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.map(byte => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
