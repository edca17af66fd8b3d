import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { Json } from '../../json/json.ts'
import type { StoreTypes } from '../../store-type.ts'
import { FrontLines } from './front-lines.ts'

const folder = mkdtempSync(join(tmpdir(), 'tracewright-front-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const types: StoreTypes = {
  n: 'integer',
  name: 'text',
  share: 'number',
  tags: { list: 'text' },
  deep: { list: { struct: { a: 'text', b: { struct: { c: 'integer' } } }, rest: 'more' } },
}

/** The numbers of the lines of a file in which these rows were written, of which a reader looks at so many bytes. */
function order(rows: { [column: string]: Json }[], lookedAt: number): number[] {
  const path = join(folder, 'rows.jsonl')
  const front = new FrontLines(types, lookedAt)
  const lines = rows.map((row, n) => `${JSON.stringify({ n, ...row })}\n`)
  for (const [n, row] of rows.entries()) {
    const { evidence, shown } = front.shows()
    for (const [column, value] of Object.entries({ n, ...row })) evidence.note(column, value, shown)
    front.add(Buffer.byteLength(lines[n]!), shown.join(''))
  }
  writeFileSync(path, lines.join(''))
  front.settle(path)
  const written = readFileSync(path, 'utf8').split('\n')
  expect(written.pop()).toBe('')
  return written.map(line => JSON.parse(line).n)
}

const plain = { name: null, share: null, tags: [], deep: [{ a: 'x' }] }

it.each([
  ['a text where only nulls were', { name: 'late' }],
  ['an item of a list that was empty', { tags: ['late'] }],
  ['a key that no object had', { deep: [{ a: 'x', b: { c: 1 } }] }],
  ['the rest of an object', { deep: [{ a: 'x', more: '{"late":1}' }] }],
])('puts a line first that shows %s behind what readers look at', (_, late) => {
  expect(order([plain, plain, plain, { ...plain, ...late }, plain], 100)).toEqual([0, 3, 1, 2, 4])
})

it('sees a fraction where only whole numbers were', () => {
  const whole = { ...plain, share: 1 }
  expect(order([whole, whole, whole, { ...plain, share: 0.5 }, whole], 100)).toEqual([0, 3, 1, 2, 4])
})

it('leaves lines as they stand where what readers look at shows all there is', () => {
  expect(order([{ ...plain, name: 'early' }, plain, plain, { ...plain, name: 'late' }], 100)).toEqual([0, 1, 2, 3])
  expect(order([plain, plain, plain, plain], 100)).toEqual([0, 1, 2, 3])
})

it('reads a line that begins where readers look to its end', () => {
  expect(order([plain, { ...plain, name: 'n'.repeat(500) }, plain], 100)).toEqual([0, 1, 2])
})

it('takes the shortest lines that show a type, and puts long ones behind short ones where they are more than is looked at', () => {
  const [long, longer] = [
    { ...plain, tags: ['t'.repeat(200)] },
    { ...plain, name: 'n'.repeat(300) },
  ]
  expect(order([plain, plain, longer, long, { ...plain, tags: ['s'.repeat(150)] }, { ...plain, share: 0.5 }], 120)).toEqual([
    5, 4, 2, 0, 1, 3,
  ])
})
