import { describe, expect, it } from 'vitest'
import { tests } from '../jinja-tests.ts'
import { PROFILES } from '../profile.ts'
import { failureOf } from '../testing/failure-of.ts'
import { filters } from './filters.ts'

describe('the registries', () => {
  it.each([...Object.entries(filters), ...Object.entries(tests)])('describe %s in one sentence', (_, entry) => {
    expect(entry?.description).toMatch(/^[A-Z"'].*\.$/)
    expect(entry?.description).not.toContain('\n')
  })

  it('have nothing but their own names', () => {
    for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
      expect(filters[name]).toBeUndefined()
      expect(tests[name]).toBeUndefined()
    }
  })

  it('hold every filter of the strict profile', () => {
    const missing = [...(PROFILES.strict.filters ?? [])].filter(name => filters[name] === undefined)
    expect(missing).toEqual([])
    expect(PROFILES.strict.filters?.size).toBe(27)
  })
})

describe('arguments', () => {
  it('that do not fit are answered with what the filter takes', () => {
    expect(failureOf("{{ 'a' | replace('b') }}").sentence).toBe(
      "template:1: replace() is missing its argument 'new'. It is replace(old, new, count?)",
    )
    expect(failureOf("{{ 'a' | trim('b', 'c') }}").message).toBe('trim() takes at most 1 arguments: found 2')
    expect(failureOf("{{ 'a' | center(widht=3) }}").message).toBe("center() got an unexpected keyword argument 'widht'")
  })

  it('of the wrong kind are named', () => {
    expect(failureOf("{{ 'a' | center('b') }}").message).toBe('width is a str, expected an int')
  })
})
