import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { parseLossless } from '../json/lossless.ts'
import { compileTemplate, TemplateError } from './template.ts'

type Case = { name: string; template: string; text?: string; generations?: [number, number][]; error?: string }

/** Recorded from transformers' own environment; spans are counted in code points there. */
const { now, context, cases } = parseLossless(readFileSync(new URL('./cases/chat.json', import.meta.url), 'utf8')) as unknown as {
  now: string
  context: { [name: string]: unknown }
  cases: Case[]
}

afterEach(() => void vi.useRealTimers())

describe('chat profile', () => {
  it.each(cases.map(one => [one.name, one] as const))('%s', (_, { template, text, generations, error }) => {
    vi.useFakeTimers({ now: new Date(now), toFake: ['Date'] })
    const render = () => compileTemplate(template, { profile: 'chat' }).renderChat({ ...context, documents: null })
    if (text === undefined) {
      expect(render).toThrow(TemplateError)
      if (error!.includes('Roles must')) expect(render).toThrow(error)
      return
    }
    const found = render()
    const codePoints = (units: number) => [...found.text.slice(0, units)].length
    expect(found.text).toBe(text)
    expect(found.generations.map(([start, end]) => [start, end].map(codePoints))).toEqual(generations)
  })

  it('has what it adds to itself: other profiles have none of it', () => {
    for (const template of ['{{ raise_exception("x") }}', '{% generation %}{% endgeneration %}', '{{ strftime_now("%Y") }}'])
      expect(() => compileTemplate(template).render({})).toThrow(TemplateError)
    expect(compileTemplate('{{ {"b": 1, "a": "<"} | tojson }}').render({})).toBe('{"a": "\\u003c", "b": 1}')
    expect(compileTemplate('{% if true %}\nx{% endif %}').render({})).toBe('\nx')
  })

  it('reads names inside generation blocks', () => {
    expect(compileTemplate('{% generation %}{{ a.b }}{% endgeneration %}', { profile: 'chat' }).references).toEqual(['a'])
  })
})
