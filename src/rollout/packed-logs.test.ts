import { zstdCompressSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { type FormatName, formatByName } from './known-formats.ts'
import { folderWith, readLogs, removeFolders } from './testing/read-logs.ts'

/* Whoever keeps old logs packs them, and a crash leaves bytes of nothing behind what was written: neither makes another session of one. */

afterAll(removeFolders)

const ID = '01a00000-0000-7000-8000-0000000000c1'
const ANSWERS = ['Mended.', 'And flown.']

type Files = { [path: string]: string | Uint8Array }
const each = (files: Files, change: (log: string, path: string) => [string, string | Uint8Array]): Files =>
  Object.fromEntries(Object.entries(files).map(([path, log]) => change(String(log), path)))

describe.each([...formatByName.keys()] as FormatName[])('a log of %s', format => {
  const plain = formatByName.get(format)!.example(ID, ANSWERS)
  const told = async (files: Files) =>
    (await readLogs(folderWith(files))).rows.map(({ trace_id, source_kind, messages }) => [trace_id, source_kind, messages.length])

  it.runIf(Object.keys(plain).some(path => path.endsWith('.jsonl')))('is the same session when it is packed', async () => {
    const packed = each(plain, (log, path) => (path.endsWith('.jsonl') ? [`${path}.zst`, zstdCompressSync(log)] : [path, log]))
    // A row that no id names is named for its place.
    expect(await told(packed)).toEqual(await told(plain))
  })

  it('is the same session with a run of NUL bytes behind it', async () => {
    expect(await told(each(plain, (log, path) => [path, log + '\0'.repeat(5000)]))).toEqual(await told(plain))
  })
})
