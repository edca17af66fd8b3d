import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32, deflateRawSync, zstdCompressSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { folderWith, readLogs, removeFolders } from '../testing/read-logs.ts'
import { Source } from './source.ts'
import { unpackMember, zipMembers } from './zip.ts'

afterAll(removeFolders)

type Packed = { name: string; text: string; method: number }

const PACKERS = new Map<number, (bytes: Buffer) => Buffer>([
  [0, bytes => bytes],
  [8, bytes => deflateRawSync(bytes)],
  [93, bytes => Buffer.concat([zstdCompressSync(bytes.subarray(0, 9)), zstdCompressSync(bytes.subarray(9))])],
])

/** An archive; `is64`: places and lengths stand in fields of 64 bits. */
function zipOf(files: readonly Packed[], is64 = false): Buffer {
  const bodies: Buffer[] = []
  const list: Buffer[] = []
  let offset = 0
  for (const { name, text, method } of files) {
    const raw = Buffer.from(text)
    const packed = (PACKERS.get(method) ?? PACKERS.get(0)!)(raw)
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    const central = Buffer.alloc(46)
    central.writeUInt32LE(0x02014b50, 0)
    for (const [header, at] of [
      [local, 8],
      [central, 10],
    ] as const) {
      header.writeUInt16LE(method, at)
      header.writeUInt32LE(crc32(raw), at + 6)
      header.writeUInt32LE(is64 && header === central ? 0xffffffff : packed.length, at + 10)
      header.writeUInt32LE(is64 && header === central ? 0xffffffff : raw.length, at + 14)
      header.writeUInt16LE(Buffer.byteLength(name), at + 18)
    }
    const extra = Buffer.alloc(is64 ? 28 : 0)
    if (is64) {
      extra.writeUInt16LE(1, 0)
      extra.writeUInt16LE(24, 2)
      for (const [i, value] of [raw.length, packed.length, offset].entries()) extra.writeBigUInt64LE(BigInt(value), 4 + 8 * i)
    }
    central.writeUInt16LE(extra.length, 30)
    central.writeUInt32LE(is64 ? 0xffffffff : offset, 42)
    bodies.push(local, Buffer.from(name), packed)
    list.push(central, Buffer.from(name), extra)
    offset += 30 + Buffer.byteLength(name) + packed.length
  }
  const names = Buffer.concat(list)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt32LE(is64 ? 0xffffffff : names.length, 12)
  end.writeUInt32LE(is64 ? 0xffffffff : offset, 16)
  const end64 = Buffer.alloc(is64 ? 76 : 0)
  if (is64) {
    end64.writeUInt32LE(0x06064b50, 0)
    end64.writeBigUInt64LE(BigInt(names.length), 40)
    end64.writeBigUInt64LE(BigInt(offset), 48)
    end64.writeUInt32LE(0x07064b50, 56)
    end64.writeBigUInt64LE(BigInt(offset + names.length), 64)
  }
  return Buffer.concat([...bodies, names, end64, end])
}

function sourceOf(bytes: Buffer): Source {
  const root = folderWith({})
  writeFileSync(join(root, 'a.zip'), bytes)
  return new Source(root)
}

async function textOf(source: Source, name: string): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of unpackMember(source, 'a.zip', zipMembers(source, 'a.zip').get(name)!)) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces).toString()
}

const LONG = 'word '.repeat(60_000)
const FILES = [0, 8, 93].flatMap(method => [
  { name: `short-${method}`, text: 'a few words of it', method },
  { name: `weiß/long-${method}`, text: LONG, method },
])

describe('an archive', () => {
  it.each([false, true])('gives each file as it was, however it is packed (64 bits: %s)', async is64 => {
    const source = sourceOf(zipOf(FILES, is64))
    expect([...zipMembers(source, 'a.zip').keys()]).toEqual(FILES.map(({ name }) => name))
    for (const { name, text } of FILES) expect(await textOf(source, name), name).toBe(text)
  })

  it('gives the later of two files of one name', async () => {
    const source = sourceOf(
      zipOf([{ name: 'a', text: 'first', method: 8 }, ...FILES.slice(0, 1), { name: 'a', text: 'second', method: 0 }]),
    )
    expect(await textOf(source, 'a')).toBe('second')
  })

  it('gives the files that are whole where it broke off before its list', async () => {
    const whole = zipOf(FILES)
    const source = sourceOf(whole.subarray(0, whole.indexOf(Buffer.from([0x50, 0x4b, 1, 2])) - 5))
    for (const { name, text } of FILES.slice(0, -1)) expect(await textOf(source, name), name).toBe(text)
  })

  it('gives what is whole of a file, and fails behind it, where its bytes are damaged, other, or missing', async () => {
    const name = 'a'
    for (const method of [0, 8, 93]) {
      const words = Array.from({ length: 40_000 }, (_, n) => (n * 7919) % 10_007).join(' ')
      const bytes = zipOf([{ name, text: words, method }])
      bytes[40] = bytes[40]! ^ 0xff
      await expect(textOf(sourceOf(bytes), name), String(method)).rejects.toThrow()
    }
    await expect(textOf(sourceOf(zipOf([{ name, text: 'x', method: 12 }])), name)).rejects.toThrow(
      "'a' is packed in a way that is not known: 12",
    )
  })

  it('that is none, or lies about its places and lengths, has no files that are not there', async () => {
    expect(zipMembers(sourceOf(Buffer.from('PK\x03\x04 and no more')), 'a.zip').size).toBe(0)
    expect(zipMembers(sourceOf(Buffer.alloc(0)), 'a.zip').size).toBe(0)
    const bytes = zipOf(FILES.slice(0, 1))
    for (const at of [bytes.length - 6, bytes.length - 10]) {
      const lying = Buffer.from(bytes)
      lying.writeUInt32LE(0xfffffff0, at)
      const source = sourceOf(lying)
      for (const [name, member] of zipMembers(source, 'a.zip')) {
        expect(name).toBe('short-0')
        for await (const piece of unpackMember(source, 'a.zip', member)) expect(piece.length).toBeLessThan(100)
      }
    }
    const central = bytes.indexOf(Buffer.from([0x50, 0x4b, 1, 2]))
    const far = Buffer.from(bytes)
    far.writeUInt32LE(0xfffffff0, central + 42)
    await expect(textOf(sourceOf(far), 'short-0')).rejects.toThrow("no file begins where 'short-0' should")
  })
})

describe('a file that unpacks to more than anybody wrote', () => {
  const blank = (mebibytes: number) => ' '.repeat(mebibytes << 20)

  it.each([8, 93])('is given up, packed as %i, and one that is only packed well is not', async method => {
    const source = sourceOf(
      zipOf([
        { name: 'bomb', text: blank(80), method },
        { name: 'blank', text: blank(40), method },
      ]),
    )
    const members = zipMembers(source, 'a.zip')
    const lengthOf = async (name: string, most?: number) => {
      let length = 0
      for await (const piece of unpackMember(source, 'a.zip', members.get(name)!, most)) length += piece.length
      return length
    }
    await expect(lengthOf('bomb')).rejects.toThrow(/'bomb' unpacks to more than \d+ bytes, of \d+ that are packed/)
    expect(await lengthOf('blank')).toBe(40 << 20)
    await expect(lengthOf('blank', 1 << 20)).rejects.toThrow(/more than 1048576 bytes/)
  })

  it('is given up whatever it says of its own length', async () => {
    const archive = zipOf([{ name: 'bomb', text: blank(80), method: 93 }])
    const source = sourceOf(archive)
    const member = zipMembers(source, 'a.zip').get('bomb')!
    const read = async () => {
      for await (const _ of unpackMember(source, 'a.zip', { ...member, packed: 2 ** 40 }));
    }
    await expect(read()).rejects.toThrow(/unpacks to more than/)
  })

  it('costs its own sample of an evaluation alone', async () => {
    const sample = (id: number, answer: string, between = '') =>
      `{"id":${id},"epoch":1,"input":"Fly","messages":[{"role":"user","content":"Fly"}${between},{"role":"assistant","content":"${answer}"}]}`
    const header = JSON.stringify({ version: 2, status: 'success', eval: { task: 'kites', model: 'm', created: '2026-03-01T10:00:00Z' } })
    const root = folderWith({
      'a.eval': zipOf([
        { name: 'samples/1_epoch_1.json', text: sample(1, 'Lost.', blank(80)), method: 93 },
        { name: 'samples/2_epoch_1.json', text: sample(2, 'Flown.'), method: 93 },
        { name: 'header.json', text: header, method: 93 },
      ]),
    })
    const { rows, units } = await readLogs(root)
    expect(rows.map(row => row.final_assistant_message)).toContain('Flown.')
    expect(rows.map(row => row.final_assistant_message)).not.toContain('Lost.')
    const told = [
      ...rows.flatMap(row => row.diagnostics),
      ...units.flatMap(({ outcomes }) => outcomes.flatMap(o => ('reject' in o ? [o.reject] : []))),
    ]
    expect(JSON.stringify(told)).toMatch(/unpacks to more than/)
  })
})
