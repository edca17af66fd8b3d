import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { JsonObject } from '../json/json.ts'
import { AppendLog } from './append-log.ts'

function inFolder<T>(action: (path: string) => Promise<T> | T): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'tracewright-log-'))
  return Promise.resolve(action(join(folder, 'log.jsonl'))).finally(() => rmSync(folder, { recursive: true }))
}

function entriesOf(path: string): JsonObject[] {
  const entries: JsonObject[] = []
  new AppendLog(path, entry => entries.push(entry))[Symbol.dispose]()
  return entries
}

it('AppendLog gives entries back from where they stand, single ones and those of one moment', () =>
  inFolder(async path => {
    const log = new AppendLog(path)
    const first = log.append({ text: 'ä\n' })
    const [second, third] = await Promise.all([log.appendSoon({ n: 2 }), log.appendSoon({ n: 3 })])
    const fourth = log.append({ n: 4 })
    expect([first, second, third, fourth].map(place => log.at(place!))).toEqual([{ text: 'ä\n' }, { n: 2 }, { n: 3 }, { n: 4 }])
    expect(log.bytes).toBe(readFileSync(path).length)
    log[Symbol.dispose]()
    expect(entriesOf(path)).toEqual([{ text: 'ä\n' }, { n: 2 }, { n: 3 }, { n: 4 }])
  }))

it('AppendLog cuts what a kill tore off, and passes over what is damaged', () =>
  inFolder(path => {
    const log = new AppendLog(path)
    log.append({ n: 1 })
    log[Symbol.dispose]()
    appendFileSync(path, 'damaged\n{"n":2}\n{"n":3')
    expect(entriesOf(path)).toEqual([{ n: 1 }, { n: 2 }])
    const again = new AppendLog(path)
    again.append({ n: 4 })
    again[Symbol.dispose]()
    expect(entriesOf(path)).toEqual([{ n: 1 }, { n: 2 }, { n: 4 }])
  }))

it('AppendLog takes back what was appended behind a place, and writes what waits when it is closed', () =>
  inFolder(async path => {
    const log = new AppendLog(path)
    log.append({ n: 1 })
    const { bytes } = log
    log.append({ n: 2 })
    log.truncate(bytes)
    const soon = log.appendSoon({ n: 3 })
    log[Symbol.dispose]()
    await soon
    expect(entriesOf(path)).toEqual([{ n: 1 }, { n: 3 }])
  }))

it('AppendLog reads entries longer than its chunks', () =>
  inFolder(path => {
    const log = new AppendLog(path)
    const text = 'x'.repeat(3 << 20)
    for (const n of [1, 2]) log.append({ n, text })
    log[Symbol.dispose]()
    expect(entriesOf(path)).toEqual([
      { n: 1, text },
      { n: 2, text },
    ])
  }))

it('AppendLog that was closed writes to no file that has its number since', () =>
  inFolder(async path => {
    const log = new AppendLog(path)
    log.append({ n: 1 })
    log[Symbol.dispose]()
    using other = new AppendLog(`${path}.other`)
    await expect(log.appendSoon({ n: 2 })).rejects.toThrow('Cannot append to a log: it was closed')
    log[Symbol.dispose]()
    other.append({ n: 3 })
    expect([entriesOf(path), entriesOf(`${path}.other`)]).toEqual([[{ n: 1 }], [{ n: 3 }]])
  }))
