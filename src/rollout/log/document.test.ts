import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asDoubles } from '../../json/exact.ts'
import type { Json } from '../../json/json.ts'
import { Float } from '../../json/number.ts'
import { type DocumentPart, readDocument, takingElements } from './document.ts'
import { DocumentScanner } from './document-scanner.ts'
import { Ledger } from './ledger.ts'
import { Source } from './source.ts'

/** Scan bytes cut at the given places. */
function scan(bytes: Buffer, cuts: number[] = [], taking = takingElements('items')): DocumentPart[] {
  const scanner = new DocumentScanner(taking)
  const places = [...new Set([0, ...cuts.map(cut => cut % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b)
  const parts = places.slice(1).flatMap((end, i) => [...scanner.push(bytes.subarray(places[i], end))])
  return [...parts, ...scanner.end()]
}

const elements = (parts: DocumentPart[]) => parts.flatMap(part => (part.kind === 'value' && part.path[0] === 'items' ? [part.value] : []))
const damage = (parts: DocumentPart[]) => parts.flatMap(part => (part.kind === 'damage' ? [part] : []))
const plain = (value: Json) => JSON.parse(JSON.stringify(value)) as Json

const layout = fc.constantFrom(0, 1, '\t')
const value = fc.jsonValue({ maxDepth: 4, noUnicodeString: false }).map(json => plain(json as Json))

describe('DocumentScanner', () => {
  it('gives the elements and fields JSON.parse gives, wherever the chunks are cut', () => {
    fc.assert(
      fc.property(fc.array(value), value, layout, fc.array(fc.nat()), (items, rest, indent, cuts) => {
        const text = JSON.stringify({ before: rest, items, after: [rest] }, null, indent)
        const parts = scan(Buffer.from(text), cuts)
        expect(elements(parts).map(asDoubles)).toEqual(items)
        expect(
          parts.flatMap(part => (part.kind === 'value' && part.path.length === 1 ? [[part.path[0], asDoubles(part.value)]] : [])),
        ).toEqual([
          ['before', rest],
          ['after', [rest]],
        ])
        expect(damage(parts)).toEqual([])
      }),
    )
  })

  it('finds the end of long strings full of quotes and backslashes, cut at any byte', () => {
    const character = fc.constantFrom('\\', '"', 'a', '{', ']')
    fc.assert(
      fc.property(fc.array(character, { minLength: 40, maxLength: 120 }), characters => {
        const items = [{ text: characters.join('') }, characters.join('')]
        const bytes = Buffer.from(JSON.stringify({ items }))
        for (let cut = 1; cut < bytes.length; cut++) expect(elements(scan(bytes, [cut, cut + 1]))).toEqual(items)
      }),
      { numRuns: 40 },
    )
  })

  it('gives each value with its text and byte offset', () => {
    const text = '{"é": 1, "items": [ {"a": "ü"},\n {"b": 2.0} ]}'
    const bytes = Buffer.from(text)
    for (const part of scan(bytes, [3, 20, 30])) {
      if (part.kind !== 'value') continue
      expect(bytes.subarray(part.offset, part.offset + Buffer.byteLength(part.text)).toString()).toBe(part.text)
    }
    expect(scan(bytes).flatMap(part => (part.kind === 'value' ? part.text : []))).toEqual(['1', '{"a": "ü"}', '{"b": 2.0}'])
  })

  it('gives the whole elements of a document that breaks off, and one torn tail', () => {
    fc.assert(
      fc.property(fc.array(fc.dictionary(fc.string(), value), { minLength: 1 }), fc.nat(), fc.array(fc.nat()), (items, at, cuts) => {
        const text = Buffer.from(JSON.stringify({ items }))
        const torn = text.subarray(0, 1 + (at % (text.length - 1)))
        const parts = scan(torn, cuts)
        const whole = elements(parts)
        expect(whole.map(asDoubles)).toEqual(items.slice(0, whole.length))
        expect(damage(parts).map(part => part.reason)).toEqual(['torn tail'])
        let end = Buffer.byteLength('{"items":[')
        const complete = items.filter(item => (end += Buffer.byteLength(JSON.stringify(item)) + 1) - 1 <= torn.length).length
        expect(whole.length).toBe(complete)
      }),
    )
  })

  it('never throws, and reports damage where the bytes are no JSON', () => {
    fc.assert(
      fc.property(fc.array(value), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 5 }), (items, edits) => {
        const bytes = Buffer.from(JSON.stringify({ items }))
        for (const [at, byte] of edits) bytes[at % bytes.length] = byte
        const parts = scan(bytes)
        const opened = parts.filter(part => part.kind === 'open').length
        expect(parts.filter(part => part.kind === 'close').length).toBe(opened)
      }),
    )
  })

  it('goes on behind an element that is not JSON', () => {
    const parts = scan(Buffer.from('{"items":[{"a":1},{"a":tru},[1,,2],{"a":3}],"z":4}'))
    expect(elements(parts)).toEqual([{ a: 1 }, { a: 3 }])
    expect(damage(parts).map(part => [part.reason, part.path])).toEqual([
      ['not JSON', ['items', 1]],
      ['not JSON', ['items', 2]],
    ])
    expect(parts.some(part => part.kind === 'value' && part.path[0] === 'z')).toBe(true)
  })

  it('survives nesting thousands of levels deep', () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
    const parts = scan(Buffer.from(`{"items":[{"n":${deep}}]}`))
    const part = parts.find(part => part.kind === 'value')
    expect(part?.remarks).toEqual(['nested_too_deep'])
    expect(JSON.stringify(part?.value).length).toBeGreaterThan(deep.length)
  })

  it('keeps numbers no double holds as they were written, and the digits of those nobody reads', () => {
    const digits = '9'.repeat(5000)
    const [part] = scan(Buffer.from(`{"items":[{"a":${digits},"b":9007199254740993,"c":0.30000000000000004,"d":1e999}]}`)).filter(
      part => part.kind === 'value',
    )
    expect(part).toMatchObject({
      value: { a: digits, b: 9007199254740993n, c: 0.30000000000000004, d: new Float(Infinity, '1e999') },
      remarks: ['number_kept_as_text'],
    })
  })

  it("reads Python's NaN and Infinity as null, and leaves those words in text alone", () => {
    const [part] = scan(Buffer.from('{"items":[{"a":[NaN,-Infinity],"b":"NaN \\" Infinity"}]}')).filter(part => part.kind === 'value')
    expect(part).toMatchObject({ value: { a: [null, null], b: 'NaN " Infinity' }, remarks: ['not_a_number'] })
  })

  it('skips what is not wanted without decoding it', () => {
    const parts = scan(Buffer.from('{"items":[{"a":1,}],"b":{}}'), [], (path, container) =>
      path.length === 0 ? 'enter' : container === 'array' ? 'skip' : 'whole',
    )
    expect(parts.map(part => part.kind)).toEqual(['open', 'value', 'close'])
  })

  it('walks documents that follow one another, and counts what stands between them', () => {
    const parts = scan(Buffer.from('{"items":[1]}\n{"items":[2]}\0\0\0'))
    expect(elements(parts)).toEqual([1, 2])
    expect(damage(parts).map(part => [part.reason, part.bytes])).toEqual([['NUL bytes', 3]])
  })

  it('takes a file that is no JSON as one piece of damage', () => {
    expect(scan(Buffer.from('version https://example.test/spec "x" 12'))).toEqual([
      { kind: 'damage', path: [], reason: 'not JSON', offset: 0, bytes: 40 },
    ])
  })
})

describe('readDocument()', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tracewright-document-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('strips a byte order mark, keeps offsets and counts the bytes', async () => {
    writeFileSync(join(folder, 'a.json'), '\uFEFF{"items":[7]}')
    const ledger = new Ledger({ key: 'a', files: ['a.json'] })
    const parts = []
    for await (const part of readDocument(new Source(folder), 'a.json', ledger, takingElements('items'))) parts.push(part)
    expect(parts.find(part => part.kind === 'value')).toMatchObject({ value: 7, offset: 13, path: ['items', 0] })
    expect(ledger.summary([]).bytes).toBe(16)
  })

  it('reads elements that are larger than a chunk', async () => {
    const long = 'x'.repeat(3 << 20)
    writeFileSync(join(folder, 'b.json'), JSON.stringify({ items: [long, { long }], z: 1 }))
    const values = []
    for await (const part of readDocument(new Source(folder), 'b.json', null, takingElements('items')))
      if (part.kind === 'value') values.push(part.value)
    expect(values).toEqual([long, { long }, 1])
  })
})
