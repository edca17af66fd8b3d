import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import type { Row } from '../row.ts'
import { csv } from './csv.ts'
import { csvSlices } from './csv-cells.ts'

const folder = mkdtempSync(join(tmpdir(), 'tracewright-csv-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const path = join(folder, 'rows.csv')

async function written(rows: readonly Row[], guardsFormulas: boolean): Promise<string> {
  const writer = csv.write(path, { guardsFormulas })
  for (const row of rows) await writer.write(row)
  await writer.close()
  return readFileSync(path, 'utf8')
}

/** How spreadsheets find a formula: the first character of a cell, white space and controls before it passed over by some. */
const IS_FORMULA = /^[\s\u0000]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/

const FORMULAS = [
  '=cmd|calc',
  '+1+1',
  '-1+cmd',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '\n=1',
  ' =1',
  "'=1",
  "''",
  '=1,"2"',
  '\uff1d1',
  'plain',
  'a=b',
  "it's",
  '"',
  '',
]

it('marks what a spreadsheet would take for a formula, and takes the marks away again', async () => {
  const rows: Row[] = FORMULAS.map((text, i) => ({ '=name': text, text: `x${i}`, n: i - 3, list: [text] }))
  await written(rows, true)
  const formulas: string[] = []
  await csvSlices(path, cells => {
    for (const { text } of cells) if (IS_FORMULA.test(text) && Number.isNaN(Number(text))) formulas.push(text)
  })
  expect(formulas).toEqual([])
  expect(await Array.fromAsync(csv.read(path))).toEqual(rows)
})

it('gives back any text, marked or not', async () => {
  const texts = fc.oneof(
    fc.string({ unit: fc.constantFrom('=', "'", '"', ',', '-', ' ', 'a', '\t', '\n', '\r'), minLength: 1, maxLength: 6 }),
    fc.constantFrom(...FORMULAS),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(texts, { minLength: 1, maxLength: 25 }), fc.boolean(), async (values, guards) => {
      const rows = values.map(value => ({ a: `t ${value}`, b: value, c: 'text' }))
      await written(rows, guards)
      const read = await Array.fromAsync(csv.read(path))
      await written(rows, false)
      // What a column without a type is read as is the same, too.
      expect(read).toEqual(await Array.fromAsync(csv.read(path)))
    }),
    { seed: 20261128, numRuns: 40 },
  )
})

it('leaves marks alone in files that were not marked', async () => {
  for (const text of ["a,b\r\n'=1,'x\r\n", "\ufeffa,b\r\n'=1,'x\r\n", '"a","b"\r\n\'=1,\'x\r\n']) {
    writeFileSync(path, text)
    expect(await Array.fromAsync(csv.read(path))).toEqual([{ a: "'=1", b: "'x" }])
  }
  expect(await written([{ a: '=1' }], false)).toBe('a\r\n=1\r\n')
})

/** The rows of a file as somebody else wrote it. */
async function read(text: string): Promise<Row[]> {
  writeFileSync(path, text)
  const rows: Row[] = []
  for await (const row of csv.read(path)) rows.push(row)
  return rows
}

it.each<[what: string, text: string, rows: Row[]]>([
  ['inside a cell', 'size,n\n5" pipe,1\n6" pipe,2\n', [{ size: '5" pipe', n: 1 }, { size: '6" pipe', n: 2 }]], // biome-ignore format: a table
  ['before more of the cell', 'a,b\n"x"y,1\n"x"" z"y"w,2\n', [{ a: 'xy', b: 1 }, { a: 'x" zy"w', b: 2 }]], // biome-ignore format: a table
  ['behind a mark of the byte order', '\ufeff"a, b",c\n1,2\n', [{ 'a, b': 1, c: 2 }]],
  ['around a line feed', 'a,b\n"1\n2",3\n', [{ a: '1\n2', b: 3 }]],
  ['doubled at the end', 'a,b\n"x""",1\n', [{ a: 'x"', b: 1 }]],
  ['at the very end of the file', 'a,b\n1,"x"', [{ a: 1, b: 'x' }]],
])('takes a quote %s as others do', async (_what, text, rows) => expect(await read(text)).toEqual(rows))

it.each(['a,b\n1,"never\n2,x\n3,y\n', 'a,b\n1,2\n"', 'a,"b\n1,2\n'])('refuses a quote that nothing closes: %j', async text => {
  await expect(read(text)).rejects.toMatchObject({
    message: 'Cannot read rows: found a quote that nothing closes, which takes the rest of the file into one cell',
    where: expect.stringMatching(/rows\.csv, record [012]$/),
  })
})

it('keeps every column where two have one name', async () => {
  expect(await read('a,b,a,a_1,a\n1,2,3,4,5\n')).toEqual([{ a: 1, b: 2, a_2: 3, a_1: 4, a_3: 5 }])
  expect(await read('__proto__,constructor,__proto__\n1,2,3\n')).toEqual([
    JSON.parse('{"__proto__": 1, "constructor": 2, "__proto___1": 3}'),
  ])
  const names = await read(
    `${Array.from({ length: 50_000 }, () => 'a').join(',')}\n${Array.from({ length: 50_000 }, () => '1').join(',')}\n`,
  )
  expect(Object.keys(names[0]!)).toHaveLength(50_000)
})
