import { expect, it } from 'vitest'
import type { TextBlock } from '../../view/session-text.ts'
import { SessionPager } from './session-pager.ts'

const block = (kind: TextBlock['kind'], head: string, body: string[] = [], more: Partial<TextBlock> = {}): TextBlock => ({
  kind,
  failed: false,
  depth: 0,
  head: [head],
  body,
  isOpen: true,
  ...more,
})
const BLOCKS = [
  block('heading', 'A title'),
  block('prompt', 'first prompt', ['water the beds']),
  block('call', 'call one', ['a result', 'of two lines'], { isOpen: false }),
  block('call', 'call two', ['it broke'], { failed: true }),
  block('call', 'call three', ['the needle is here'], { isOpen: false }),
  block('prompt', 'second prompt', ['go on']),
]

function pager(rows = 8) {
  const pager = new SessionPager(BLOCKS, '1 of 2', { rows, columns: 60 })
  const at = () =>
    pager
      .screen()
      .find(line => line.startsWith('›'))
      ?.slice(2)
  const press = (...keys: string[]) => {
    const ends = keys.map(key => pager.key(key))
    return { at: at(), end: ends.at(-1), screen: pager.screen() }
  }
  return { press, pager }
}

it('shows as many lines as the screen has, folded pieces by their first', () => {
  const { screen } = pager(20).press('g')
  expect(screen).toHaveLength(20)
  expect(screen.slice(0, 7)).toEqual([
    '› A title',
    '  first prompt',
    '  water the beds',
    '+ call one',
    '  call two',
    '  it broke',
    '+ call three',
  ])
  expect(screen.at(-1)).toContain('1 of 2')
})

it('moves by lines, prompts and failures, and keeps the cursor on the screen', () => {
  const { press } = pager(4)
  expect(press('j', 'j', 'k').at).toBe('first prompt')
  expect(press('J').at).toBe('second prompt')
  expect(press('K').at).toBe('first prompt')
  expect(press('K').screen.at(-1)).toContain('No earlier prompt')
  expect(press('e').at).toBe('call two')
  expect(press('G').at).toBe('go on')
  expect(press('j', 'j').at).toBe('go on')
  expect(press('g').at).toBe('A title')
  expect(press(' ', 'b', '\x1b[B').at).toBe('first prompt')
})

it('folds and opens what is at the cursor, and all of its kind', () => {
  const { press } = pager(20)
  expect(press('j', 'j', 'j', 'o').screen).toContain('  of two lines')
  expect(press('o').screen).not.toContain('  of two lines')
  expect(press('O').screen).toEqual(expect.arrayContaining(['  of two lines', '  the needle is here']))
  expect(press('O').screen).not.toContain('  it broke')
  expect(press('g', 'o').at).toBe('A title')
})

it('finds words in folded pieces and opens these, around the end, again with nothing typed', () => {
  const { press } = pager(20)
  expect(press('/', ...'NEEDLE', '\r').at).toBe('the needle is here')
  expect(press('/', '\r').at).toBe('the needle is here')
  expect(press('/', ...'promptx', '\x7f', '\r').at).toBe('second prompt')
  expect(press('/', '\r').at).toBe('first prompt')
  expect(press('/', ...'nowhere', '\r').screen.at(-1)).toContain('Not found: nowhere')
  expect(press('/', 'q', '\x1b').end).toBeNull()
})

it('tells where to go: the next session, the one before, away', () => {
  expect(pager().press('n').end).toBe('next')
  expect(pager().press('p').end).toBe('previous')
  for (const key of ['q', '\x1b', '\x03']) expect(pager().press(key).end).toBe('quit')
  for (const key of ['constructor', '__proto__', 'x']) expect(pager().press(key).end).toBeNull()
})

it('has room for how to leave on the narrowest screen, and for more keys on a wider one', () => {
  const keys = (columns: number) => new SessionPager(BLOCKS, '1 of 2', { rows: 8, columns }).screen().at(-1)!
  expect(keys(40)).toContain('q quit')
  for (const key of ['n/p session', '/ find', 'J/K prompt']) expect(keys(80)).toContain(key)
  for (const key of ['e failure', 'O all']) expect(keys(120)).toContain(key)
  expect(keys(80)).not.toContain('…')
})

it('marks a folded piece once, however many lines of it are shown', () => {
  const folded = block('reasoning', 'thinks', ['the rest'], { isOpen: false, head: ['thinks', 'of this', 'and that'] })
  const lines = new SessionPager([block('prompt', 'a prompt'), folded], '1 of 1', { rows: 8, columns: 60 }).screen()
  expect(lines.slice(0, 4)).toEqual(['› a prompt', '+ thinks', '  of this', '  and that'])
})
