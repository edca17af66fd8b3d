import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { writeJson } from '../json/exact.ts'
import { textOf } from './conversation/blocks.ts'
import type { RolloutRow } from './conversation/row.ts'
import type { UnitRef } from './find.ts'
import { type FormatName, formatByName } from './known-formats.ts'
import { openRollouts } from './read.ts'
import { folderWith, jsonl, readLogs, removeFolders } from './testing/read-logs.ts'

/*
 * Whose child a row is the logs say; in which order they are read must not. What is read first keeps two things alone: a name that
 * several sessions have, and words that no log says it took from another.
 */

afterAll(removeFolders)

const here = join(import.meta.dirname, 'formats')

async function readIn(root: string, format: FormatName | 'auto', order: (units: UnitRef[]) => UnitRef[]): Promise<RolloutRow[]> {
  const rollouts = await openRollouts({ format, path: root })
  try {
    const rows: RolloutRow[] = []
    for (const ref of order([...rollouts.units]))
      for (const outcome of (await rollouts.read(ref)).outcomes) if ('row' in outcome) rows.push(outcome.row)
    return rows
  } finally {
    rollouts.close()
  }
}

const ORDERS: ((units: UnitRef[]) => UnitRef[])[] = [
  units => units.reverse(),
  units => [...units.filter((_, i) => i % 2 === 1), ...units.filter((_, i) => i % 2 === 0)],
  units => [...units.slice(units.length >> 1), ...units.slice(0, units.length >> 1)],
]

/** What is trained on, once for each time it is. */
function trainedIn(rows: readonly RolloutRow[]): string[] {
  return rows
    .flatMap(({ messages, message_meta }) => messages.filter((_, i) => message_meta[i]!.train).map(({ content }) => textOf(content)))
    .sort()
}

const outputTokens = (rows: readonly RolloutRow[]) => rows.reduce((sum, { usage }) => sum + Number(usage?.output_tokens ?? 0), 0)

/** Rows that took part in nothing which the first one has. */
function aloneIn(rows: readonly RolloutRow[], forward: readonly RolloutRow[]): Map<string, RolloutRow> {
  const names = (all: readonly RolloutRow[]) => all.map(row => `${row.source_kind} ${row.trace_id.replace(/~[0-9a-f]{8}~*$/, '')}`)
  const count = (all: readonly RolloutRow[]) => Map.groupBy(names(all), name => name)
  const [before, after] = [count(forward), count(rows)]
  const moved = new Set(
    forward
      .filter(
        (row, i) =>
          writeJson(row.message_meta) !== writeJson(rows.find(one => names([one])[0] === names(forward)[i])?.message_meta ?? null),
      )
      .map(row => row.trace_id),
  )
  return new Map(
    rows.flatMap((row, i) => {
      const name = names(rows)[i]!
      const isAlone = before.get(name)?.length === 1 && after.get(name)?.length === 1 && !moved.has(row.trace_id)
      return isAlone ? [[name, row] as const] : []
    }),
  )
}

describe.each([...formatByName.keys()] as FormatName[])('logs of %s', format => {
  const folder = join(here, format.replaceAll('_', '-'), 'fixtures')
  it.each(existsSync(folder) ? readdirSync(folder) : [])('%s: give the same rows in whatever order they are read', async name => {
    const root = join(folder, name, 'logs')
    const forward = await readIn(root, format, units => units)
    for (const order of ORDERS) {
      const rows = await readIn(root, format, order)
      expect(rows.length).toBe(forward.length)
      expect(trainedIn(rows)).toEqual(trainedIn(forward))
      expect(outputTokens(rows)).toBe(outputTokens(forward))
      const alone = aloneIn(rows, forward)
      for (const row of forward) {
        const other = alone.get(`${row.source_kind} ${row.trace_id}`)
        if (other !== undefined) expect(writeJson({ ...other, source_path: '' }), row.trace_id).toBe(writeJson({ ...row, source_path: '' }))
      }
    }
  })
})

describe('a child whose parent has a name that another session has too', () => {
  const trajectory = (words: string, extra: object = {}) =>
    JSON.stringify({
      schema_version: 'ATIF-v1.6',
      session_id: 'NORMALISED',
      agent: { name: 'tin', version: '1' },
      steps: [
        { step_id: 1, source: 'user', message: words },
        { step_id: 2, source: 'agent', message: `${words} Done.` },
      ],
      ...extra,
    })

  it.each<[string, string[]]>([
    [
      'of the same folder',
      ['a.json', 'm.trajectory.json', 'm.trajectory.cont-1.json', 'm.trajectory.cont-2.json', 'm.trajectory.cont-10.json'],
    ],
    ['of another folder', ['a/t.json', 'b/t.json', 'b/t.cont-1.json', 'b/t.cont-2.json', 'b/t.cont-10.json']],
    ['of a folder behind', ['z/t.json', 'b/t.json', 'b/t.cont-1.json', 'b/t.cont-2.json', 'b/t.cont-10.json']],
  ])('%s goes on from its own (ATIF)', async (_, [other, own, ...next]) => {
    const files = [other!, own!, ...next.slice(0, 2)]
    const { rows } = await readLogs(
      folderWith(Object.fromEntries([...files, next[2]!].map(path => [path, trajectory(`Words of ${path}.`)]))),
    )
    const at = (path: string) => rows.find(row => row.source_path.endsWith(`/${path}`))!
    expect(at(next[0]!)).toMatchObject({ relation: 'continuation', parent_trace_id: at(own!).trace_id })
    expect(at(next[1]!)).toMatchObject({ relation: 'continuation', parent_trace_id: at(next[0]!).trace_id })
    expect(at(next[2]!)).toMatchObject({ relation: 'continuation', parent_trace_id: at(next[1]!).trace_id })
  })

  it('was started by its own (Claude Code)', async () => {
    const record = (type: string, text: string, more: object) => ({
      type,
      uuid: `${type}-${text}`,
      parentUuid: null,
      sessionId: 'session',
      version: '2.0.40',
      cwd: '/srv/loft',
      timestamp: '2026-03-01T10:00:00.000Z',
      ...more,
      message:
        type === 'user'
          ? { role: 'user', content: text }
          : { id: `m-${text}`, role: 'assistant', model: 'm', content: [{ type: 'text', text }] },
    })
    const talk = (text: string, more: object = {}) => jsonl([record('user', `${text}?`, more), record('assistant', text, more)])
    const files = ['one', 'two'].flatMap(run => [
      [`${run}/session.jsonl`, talk(`Whole ${run}`)],
      [`${run}/agent-a.jsonl`, talk(`Part of ${run}`, { isSidechain: true, agentId: 'a' })],
    ])
    const { rows } = await readLogs(folderWith(Object.fromEntries(files)))
    const at = (path: string) => rows.find(row => row.source_path.endsWith(`/${path}`))!
    for (const run of ['one', 'two']) expect(at(`${run}/agent-a.jsonl`).parent_trace_id, run).toBe(at(`${run}/session.jsonl`).trace_id)
  })
})
