import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Row } from '../row.ts'
import { codecFor } from './codec-for.ts'
import * as codecs from './codecs.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-codec-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function all(rows: AsyncIterable<Row>): Promise<Row[]> {
  return Array.fromAsync(rows)
}

/** What every codec must carry: nesting, absent keys, mixed shapes, text that looks like something else. */
const ROWS: Row[] = [
  {
    id: 'a',
    n: 1,
    ratio: 0.5,
    ok: true,
    tags: ['x', 'y'],
    message: { role: 'user', content: [{ type: 'text', text: 'é\u2028 "quoted"\nline' }] },
    mixed: 1,
  },
  { id: '007', n: 2, ratio: 2, ok: false, tags: [], message: { role: 'assistant', content: [], reasoning: 'hm' }, mixed: 'text' },
  { id: 'null', n: null, ratio: null, ok: null, tags: null, message: null, mixed: { deep: [1, { a: null }] } },
]

/** Rows as a codec gives them back that does not keep several kinds apart in one column. */
const AS_TEXT = ROWS.map(row => ({ ...row, mixed: typeof row['mixed'] === 'string' ? row['mixed'] : JSON.stringify(row['mixed']) }))

for (const codec of Object.values(codecs)) {
  describe(codec.name, () => {
    const file = () => join(folder, `rows${codec.extensions[0]!}`)

    it('gives back the rows that were written', async () => {
      const writer = codec.write(file())
      for (const row of ROWS) await writer.write(row)
      expect(await writer.close()).toBe(ROWS.length)
      expect(await all(codec.read(file()))).toEqual(codec.mixed === 'text' ? AS_TEXT : ROWS)
      expect(readdirSync(folder)).toEqual([`rows${codec.extensions[0]!}`])
    })

    it('opens rows by number, in any order', async () => {
      const writer = codec.write(file())
      for (let i = 0; i < 5000; i++) await writer.write({ id: `row ${i}`, n: i, tags: ['ü', '"'] })
      await writer.close()
      const rows = await codec.open(file())
      expect(rows.size).toBe(5000)
      expect(rows.columns).toEqual(['id', 'n', 'tags'])
      for (const i of [4999, 0, 2048, 2047, 17, 4096]) expect(await rows.read(i)).toEqual({ id: `row ${i}`, n: i, tags: ['ü', '"'] })
      rows.close()
    })

    it('writes a file without rows', async () => {
      expect(await codec.write(file(), { types: { id: 'text' } }).close()).toBe(0)
      expect(await all(codec.read(file()))).toEqual([])
    })

    it('leaves nothing behind when it is aborted', async () => {
      const writer = codec.write(file())
      await writer.write(ROWS[0]!)
      await writer.abort()
      expect(readdirSync(folder)).toEqual([])
    })

    it('has no file of that name before it is closed', async () => {
      const writer = codec.write(file())
      await writer.write(ROWS[0]!)
      expect(existsSync(file())).toBe(false)
      await writer.close()
      expect(existsSync(file())).toBe(true)
    })

    it('names the file it cannot read', async () => {
      writeFileSync(file(), 'neither rows\nnor, columns')
      await expect(all(codec.read(file()))).rejects.toThrow(/Cannot read rows/)
    })
  })
}

it('codecFor() knows every ending, and names those it knows', () => {
  const endings = Object.values(codecs).flatMap(({ extensions }) => [...extensions])
  expect(new Set(endings).size).toBe(endings.length)
  for (const codec of Object.values(codecs)) for (const ending of codec.extensions) expect(codecFor(`rows${ending}`)).toBe(codec)
  expect(() => codecFor('rows.xml')).toThrow(
    `Cannot tell the format of 'rows.xml': expected a name that ends in ${endings.sort().join(', ')}`,
  )
})
