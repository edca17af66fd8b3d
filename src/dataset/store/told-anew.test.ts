import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findUnits } from '../../rollout/find.ts'
import { formatNamed } from '../../rollout/known-formats.ts'
import { jsonl } from '../../rollout/testing/read-logs.ts'
import { openDataset } from '../open-dataset.ts'
import { readIndex } from './index-files.ts'
import { ingestToStore } from './ingest.ts'
import { readManifest } from './manifest.ts'
import { lookAtUnits, needsParsing } from './plan.ts'
import { tellSilent } from './silent.ts'

/*
 * A session of Claude Code says in its last record in which session it went on. That one's own log does not know where it comes from.
 */

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-told-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const [FIRST, SECOND, OTHER] = ['c1', 'c2', 'c3'].map(end => `01a00000-0000-7000-8000-0000000000${end}`) as [string, string, string]

/** A session of one turn. */
function session(id: string, minute: number): string {
  const common = { sessionId: id, isSidechain: false, cwd: '/srv/kite', version: '2.1.263' }
  const [asked, answered] = [`${id}-a`, `${id}-b`]
  return jsonl([
    {
      ...common,
      timestamp: `2026-03-01T10:0${minute}:00.000Z`,
      type: 'user',
      uuid: asked,
      parentUuid: null,
      message: { role: 'user', content: `Tie knot ${minute}` },
    },
    {
      ...common,
      timestamp: `2026-03-01T10:0${minute}:01.000Z`,
      type: 'assistant',
      uuid: answered,
      parentUuid: asked,
      message: { id: `msg-${id}`, role: 'assistant', model: 'm', content: [{ type: 'text', text: `Knot ${minute} is tied.` }] },
    },
  ])
}

const goesOnIn = (id: string) => jsonl([{ type: 'continued-in', timestamp: '2026-03-01T10:00:09Z', continuedInSessionId: id }])
const pathOf = (project: string, id: string) => join(folder, 'projects', project, `${id}.jsonl`)

function write(project: string, id: string, text: string): void {
  mkdirSync(dirname(pathOf(project, id)), { recursive: true })
  writeFileSync(pathOf(project, id), text)
}

const ingest = (store: string, format: 'auto' | 'claude_code' = 'auto') =>
  ingestToStore({ format, path: join(folder, 'projects'), folder: join(folder, store), workers: 1 })

async function links(store: string): Promise<unknown[]> {
  await using dataset = await openDataset(join(folder, store))
  const rows = await Array.fromAsync(dataset.rows({ orderBy: 'trace_id' }))
  return rows.map(row => [row['trace_id'], row['parent_trace_id'], row['relation']])
}

describe('a session that did not change', () => {
  for (const [where, project] of [
    ['the same project', '-srv-kite'],
    ['another project', '-srv-lake'],
  ] as const)
    for (const format of ['auto', 'claude_code'] as const)
      it(`is said to go on from one of ${where} that says so now, read as ${format}`, async () => {
        write('-srv-kite', FIRST, session(FIRST, 0))
        write(project, SECOND, session(SECOND, 1))
        write('-srv-kite', OTHER, session(OTHER, 2))
        await ingest('store', format)
        expect((await links('store'))[1]).toEqual([SECOND, null, null])

        appendFileSync(pathOf('-srv-kite', FIRST), goesOnIn(SECOND))
        expect(await ingest('store', format)).toMatchObject({ parsed: 2 }) // not the other one
        expect((await links('store'))[1]).toEqual([SECOND, FIRST, 'continuation'])
        await ingest('fresh', format)
        expect(await links('store')).toEqual(await links('fresh'))
      })

  it('is said to go on from one where it lies in two projects, taken up in the second', async () => {
    write('-srv-kite', FIRST, session(FIRST, 0))
    write('-srv-kite', SECOND, session(SECOND, 1))
    const later = session(SECOND, 3).replaceAll(`${SECOND}-`, `${SECOND}-later-`).replace('"parentUuid":null', `"parentUuid":"${SECOND}-b"`)
    write('-srv-lake', SECOND, later)
    await ingest('store')
    expect((await links('store')).at(-1)).toEqual([`${SECOND}:-srv-lake`, SECOND, 'continuation'])
    appendFileSync(pathOf('-srv-kite', FIRST), goesOnIn(SECOND))
    await ingest('store')
    await ingest('fresh')
    expect(await links('store')).toEqual(await links('fresh'))
  })

  it('is said to go on from one that comes later', async () => {
    write('-srv-kite', SECOND, session(SECOND, 1))
    await ingest('store')
    write('-srv-kite', FIRST, session(FIRST, 0) + goesOnIn(SECOND))
    await ingest('store')
    await ingest('fresh')
    expect(await links('store')).toEqual(await links('fresh'))
    expect((await links('store'))[1]).toEqual([SECOND, FIRST, 'continuation'])
  })

  it('goes on from none where the one that said so says it no more, or is gone', async () => {
    write('-srv-kite', FIRST, session(FIRST, 0) + goesOnIn(SECOND))
    write('-srv-kite', SECOND, session(SECOND, 1))
    await ingest('store')
    write('-srv-kite', FIRST, session(FIRST, 0))
    await ingest('store')
    await ingest('fresh')
    expect(await links('store')).toEqual(await links('fresh'))
    expect((await links('store'))[1]).toEqual([SECOND, null, null])
  })

  it('is not parsed again where nothing was told anew', async () => {
    write('-srv-kite', FIRST, session(FIRST, 0) + goesOnIn(SECOND))
    write('-srv-kite', SECOND, session(SECOND, 1))
    write('-srv-kite', OTHER, session(OTHER, 2))
    await ingest('store')
    appendFileSync(pathOf('-srv-kite', OTHER), goesOnIn('01a00000-0000-7000-8000-0000000000c9'))
    expect(await ingest('store')).toMatchObject({ parsed: 1 })
    expect(await ingest('store')).toMatchObject({ parsed: 0 })
  })
})

describe('a store knows of each log whether it says in which it went on', () => {
  const silent = () => {
    const entries = readIndex(join(folder, 'store'), readManifest(join(folder, 'store'))!)
    return [...entries.values()].filter(({ reading }) => reading.isSilent).map(({ reading }) => basename(reading.key, '.jsonl'))
  }

  for (const format of ['auto', 'claude_code'] as const)
    it(`as it was when it was read last, read as ${format}`, async () => {
      write('-srv-kite', FIRST, session(FIRST, 0) + goesOnIn(SECOND))
      write('-srv-lake', SECOND, session(SECOND, 1))
      write('-srv-lake', OTHER, session(OTHER, 2))
      await ingest('store', format)
      expect(silent().sort()).toEqual([SECOND, OTHER])
      appendFileSync(pathOf('-srv-lake', SECOND), session(SECOND, 3))
      appendFileSync(pathOf('-srv-lake', OTHER), goesOnIn('01a00000-0000-7000-8000-0000000000c9'))
      expect(await ingest('store', format)).toMatchObject({ parsed: 2 })
      expect(silent()).toEqual([SECOND])
      await ingest('fresh', format)
      expect(await links('store')).toEqual(await links('fresh'))
    })

  it('and of those that say nothing none is opened for a log that changed', async () => {
    for (const [i, id] of [FIRST, SECOND, OTHER].entries()) write('-srv-kite', id, session(id, i))
    await ingest('store', 'claude_code')
    const entries = readIndex(join(folder, 'store'), readManifest(join(folder, 'store'))!)
    appendFileSync(pathOf('-srv-kite', OTHER), goesOnIn(FIRST))
    const known = () => formatNamed('claude_code')
    const { units, sources } = await findUnits({ format: 'claude_code', path: join(folder, 'projects'), known }, true)
    const looked = lookAtUnits(units, entries)
    const end = formatNamed('claude_code').end!
    expect([...sources[0]!.ends.mayHold(end)!.values()].flat()).toHaveLength(3)
    tellSilent(looked, new Set(looked.filter(needsParsing)))
    expect([...sources[0]!.ends.mayHold(end)!.values()].flat()).toEqual([`-srv-kite/${OTHER}.jsonl`])
    expect(sources[0]!.counts.opened).toBe(1)
  })
})
