import { describe, expect, it } from 'vitest'
import { compileTemplate, renderTemplate } from './template.ts'
import { failureOf } from './testing/failure-of.ts'

/** What this thread has computed so far; how long others kept it waiting says nothing of a template. Node 22 tells of wall time alone. */
function usedMs(): number {
  if (process.threadCpuUsage === undefined) return performance.now()
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

describe('limits', () => {
  it('of the strict profile hold to the node', () => {
    const nodes = (count: number) => '{{ a }}'.repeat(count - 1)
    expect(compileTemplate(nodes(600), { profile: 'strict' }).nodeCount).toBe(600)
    expect(failureOf(nodes(601), { a: 1 }, { profile: 'strict' }).hint).toBe('Template has 601 nodes: expected at most 600')
    const levels = (depth: number) => `{{ a${'.b'.repeat(depth - 3)} }}`
    expect(compileTemplate(levels(10), { profile: 'strict' }).depth).toBe(10)
    expect(failureOf(levels(11), {}, { profile: 'strict' }).hint).toBe('Template is 11 levels deep: expected at most 10')
    expect(failureOf('{{ a }}', { a: 'x'.repeat(512_001) }, { profile: 'strict' }).problem).toBe('limit')
  })

  it.each([
    ['endless growth of text', '{% set ns = namespace(s="ab") %}{% for i in range(99) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}'],
    ['repetition', "{{ 'x' * 10 ** 12 }}"],
    ['lists repeated', '{{ [0] * 10 ** 12 }}'],
    ['padding', "{{ 'x'.center(10 ** 12) }}"],
    ['width of a format', "{{ '%999999999999d' % 1 }}"],
    ['precision of a format', "{{ '{:.999999999999f}'.format(1.5) }}"],
    ['huge powers', '{{ 9 ** 999999 }}'],
    ['products of huge numbers', '{% set ns = namespace(n=9) %}{% for i in range(99) %}{% set ns.n = ns.n * ns.n %}{% endfor %}'],
    [
      'lists inside each other',
      '{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l }}',
    ],
    [
      'comparing them',
      '{% set a = namespace(l=[1]) %}{% set b = namespace(l=[1]) %}{% for i in range(60) %}{% set a.l = [a.l, a.l] %}{% set b.l = [b.l, b.l] %}{% endfor %}{{ a.l == b.l }}',
    ],
    ['a list in itself', '{% set l = [] %}{% do l.append(l) %}{{ l }}'],
    ['a loop over what it grows', '{% set l = [1] %}{% for i in l %}{% do l.append(i) %}{% endfor %}'],
    ['a macro that calls itself', '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}'],
    ['a recursive loop', '{% for i in [1] recursive %}{{ loop([1]) }}{% endfor %}'],
    ['loops inside each other', `${'{% for i in range(1000) %}'.repeat(4)}x${'{% endfor %}'.repeat(4)}`],
    ['deep expressions', `{{ ${'('.repeat(100_000)} }}`],
    ['long chains', `{{ ${'1 + '.repeat(200_000)}1 }}`],
    ['long chains of attributes', `{{ a${'.b'.repeat(200_000)} }}`],
    ['deep tags', '{% if 1 %}'.repeat(10_000)],
    ['replacing', "{% set s = 'a' * 1000000 %}{{ s | replace('a', s) }}"],
    ['joining', "{% set s = 'a' * 1000000 %}{{ range(1000) | join(s) }}"],
    ['filler text', '{{ lipsum(10 ** 9) }}'],
    ['indenting', "{{ ('a\n' * 1000000) | indent(10 ** 9) }}"],
  ])('stop %s', (_, template) => {
    const started = usedMs()
    expect(['limit', 'syntax']).toContain(failureOf(template).problem)
    expect(usedMs() - started).toBeLessThan(5000)
  })

  it('can be set lower', () => {
    const render = (limits: object) => () => renderTemplate('{% for i in range(100) %}{{ i }}{% endfor %}', {}, { limits })
    expect(render({})).not.toThrow()
    expect(render({ steps: 50 })).toThrow('more than 50 steps')
    expect(render({ output: 50 })).toThrow('more than 50 characters')
    expect(render({ range: 50 })).toThrow('Range too big')
  })
})
