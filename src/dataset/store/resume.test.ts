import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import type { States } from '../../rollout/log/resume.ts'
import { StateFolder } from '../stage/state-folder.ts'
import type { Entry } from './entries.ts'
import type { FileState } from './files.ts'
import { isWorthResuming } from './plan.ts'

const folders: string[] = []
let store = ''
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), 'tracewright-states-'))
  folders.push(store)
})
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

const names = () => readdirSync(join(store, 'resume')).sort()
const load = (states: States, length: number) => states.load('a.jsonl', take => take(length).toString())

describe('isWorthResuming', () => {
  const state = (size: number, inode = 7): FileState => ['a.jsonl', size, Date.UTC(2026, 0, 2), inode]
  const knownAs = (...files: FileState[]) => ({ reading: { files } }) as Entry

  it('is true of a log that grew', () => {
    expect(isWorthResuming({ known: knownAs(state(10)), files: [state(20)] })).toBe(true)
  })

  it('is false of a log that is new, is another one, or did not grow', () => {
    expect(isWorthResuming({ known: null, files: [state(10)] })).toBe(false)
    expect(isWorthResuming({ known: knownAs(state(10)), files: [state(10)] })).toBe(false)
    expect(isWorthResuming({ known: knownAs(state(10)), files: [state(5)] })).toBe(false)
    expect(isWorthResuming({ known: knownAs(state(10)), files: [state(20, 8)] })).toBe(false)
    expect(isWorthResuming({ known: knownAs(state(10)), files: [] })).toBe(false)
    expect(isWorthResuming({ known: knownAs(state(10)), files: [state(20), state(20)] })).toBe(false)
  })
})

describe('StateFolder', () => {
  it('gives back what was saved last, piece by piece, for that unit alone', () => {
    const states = new StateFolder(store).of('root\na.jsonl')
    expect(load(states, 1)).toBe(null)
    states.save('a.jsonl', [Buffer.from('old')])
    states.save('a.jsonl', [Buffer.from('lamp'), Buffer.from(''), Buffer.from('keel')])
    const again = new StateFolder(store).of('root\na.jsonl')
    expect(again.load('a.jsonl', take => [take(3).toString(), take(5).toString()])).toEqual(['lam', 'pkeel'])
    expect(load(again, 8)).toBe('lampkeel')
    expect(load(new StateFolder(store).of('root\nb.jsonl'), 8)).toBe(null)
    expect(names()).toHaveLength(1)
  })

  it('forgets a state', () => {
    const folder = new StateFolder(store)
    folder.of('a').save('a.jsonl', [Buffer.from('lamp')])
    folder.of('b').save('b.jsonl', [Buffer.from('keel')])
    folder.forget('a')
    expect([load(folder.of('a'), 4), load(folder.of('b'), 4)]).toEqual([null, 'keel'])
    folder.forget('c')
  })

  it('has no state where it is cut, or where reading it fails', () => {
    const states = new StateFolder(store).of('a')
    states.save('a.jsonl', [Buffer.from('lampkeel')])
    truncateSync(join(store, 'resume', names()[0]!), 5)
    expect(load(states, 5)).toBe('lampk')
    expect(load(states, 8)).toBe(null)
    expect(load(states, 2 ** 31)).toBe(null)
    expect(
      states.load('a.jsonl', () => {
        throw new TypeError('not a state')
      }),
    ).toBe(null)
  })

  it('wants no states of short logs, and none where little was read', () => {
    const states = new StateFolder(store).of('a')
    expect(states.isWanted('a.jsonl', 0, 1000)).toBe(false)
    expect(states.isWanted('a.jsonl', 0, 100e6)).toBe(true)
    expect(states.isWanted('a.jsonl', 100e6, 100.01e6)).toBe(false)
    expect(states.isWanted('a.jsonl', 100e6, 120e6)).toBe(true)
  })

  it('does not fail where it cannot write', () => {
    writeFileSync(join(store, 'resume'), 'in the way')
    const states = new StateFolder(store).of('a')
    states.save('a.jsonl', [Buffer.from('lamp')])
    expect(load(states, 4)).toBe(null)
    expect(readFileSync(join(store, 'resume'), 'utf8')).toBe('in the way')
    new StateFolder(store).sweep(['a'])
  })

  it('sweeps what is of no unit any more, and what was not used for longest', () => {
    const folder = new StateFolder(store)
    folder.sweep([])
    const nameOf = new Map<string, string>()
    for (const [i, id] of ['a', 'b', 'c', 'd'].entries()) {
      const before = existing()
      folder.of(id).save('x.jsonl', [Buffer.alloc(100)])
      const name = names().find(found => !before.includes(found))!
      nameOf.set(id, name)
      utimesSync(join(store, 'resume', name), 1000 + i, 1000 + i)
    }
    writeFileSync(join(store, 'resume', 'torn.tmp'), 'half a state')
    load(folder.of('a'), 10) // a state that was used is kept before those that were not
    folder.sweep(['a', 'b', 'c'], 250)
    expect(names()).toEqual([nameOf.get('a')!, nameOf.get('c')!].sort())
  })

  const existing = () => {
    try {
      return names()
    } catch {
      return []
    }
  }
})
