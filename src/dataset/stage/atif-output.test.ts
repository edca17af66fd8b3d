import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { isObject, type JsonObject } from '../../json/json.ts'
import { openRollouts } from '../../rollout/read.ts'
import { ingestInto, stagedIn } from '../ingest-to-file.ts'
import { atifFile, atifFolder } from './atif-output.ts'

const folder = mkdtempSync(join(tmpdir(), 'tracewright-atif-output-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const fixtures = (format: string, name: string) => join(import.meta.dirname, '../../rollout/formats', format, 'fixtures', name, 'logs')

async function write(path: string, name: string): Promise<string> {
  const output = join(folder, name)
  using files = stagedIn(folder, output)
  await ingestInto(name.endsWith('.jsonl') ? atifFile(output) : atifFolder(output), files, { format: 'auto', path, workers: 1 })
  return output
}

async function rowsIn(path: string, format: string) {
  const rollouts = await openRollouts({ format: format as 'auto', path })
  try {
    const results = await Promise.all(rollouts.units.map(ref => rollouts.read(ref)))
    return results.flatMap(({ outcomes }) => outcomes.flatMap(outcome => ('row' in outcome ? [outcome.row] : [])))
  } finally {
    rollouts.close()
  }
}

describe('trajectories in a folder', () => {
  it('name their sub-agents by file, and the rows come back as they stood to each other', async () => {
    const logs = fixtures('claude-code', 'agents')
    const output = await write(logs, 'subagents')
    const rows = await rowsIn(logs, 'claude_code')
    const calls = new Map(
      rows.map(row => [row.trace_id, new Set(row.messages.flatMap(({ tool_calls = [] }) => tool_calls.map(({ id }) => id)))]),
    )
    const children = rows.filter(
      ({ relation, parent_trace_id: parent, spawn_tool_call_id: call }) =>
        relation === 'subagent' && parent !== null && call !== null && calls.get(parent)?.has(call),
    )
    expect(children.length).toBeGreaterThan(0)
    const named = readdirSync(output)
      .filter(name => name.endsWith('.json'))
      .flatMap(name => refsIn(JSON.parse(readFileSync(join(output, name), 'utf8'))))
    expect(named.map(({ trajectory_id }) => trajectory_id).sort()).toEqual(children.map(({ trace_id }) => trace_id).sort())
    for (const { trajectory_path, trajectory_id } of named)
      expect(JSON.parse(readFileSync(join(output, String(trajectory_path)), 'utf8'))['trajectory_id']).toBe(trajectory_id)
    const again = new Map((await rowsIn(output, 'atif')).map(row => [row.trace_id, row]))
    for (const row of rows) {
      const back = again.get(row.trace_id)!
      for (const column of [
        'messages',
        'parent_trace_id',
        'relation',
        'spawn_tool_call_id',
        'is_sidechain',
        'agent_id',
        'outcome',
      ] as const)
        expect(back[column], `${row.trace_id} ${column}`).toEqual(row[column])
      expect(back.source_meta['validity']).toEqual({ verdict: 'valid', findings: 0 })
      expect(back.diagnostics.map(({ code }) => code)).not.toContain('missing_reference')
    }
  })

  it('have names that are no paths, and each its own, whatever ids logs give', async () => {
    const logs = mkdtempSync(join(folder, 'ids-'))
    for (const [i, id] of ['../../up', '/etc/passwd', 'a', 'A', 'con:nul', 'x'.repeat(300)].entries()) {
      const step = (n: number, source: string) => ({ step_id: n, source, message: `word ${n}` })
      const document = {
        schema_version: 'ATIF-v1.7',
        trajectory_id: id,
        agent: { name: 'a', version: '1' },
        steps: [step(1, 'user'), step(2, 'agent')],
      }
      writeFileSync(join(logs, `${i}.json`), JSON.stringify(document))
    }
    const output = await write(logs, 'hostile')
    const names = readdirSync(output)
    expect(names).toHaveLength(6)
    for (const name of names) expect(name).toMatch(/^[\w-]{1,93}\.json$/)
    expect(new Set(names.map(name => name.toLowerCase())).size).toBe(6)
  })

  it('have their pictures beside them', async () => {
    const output = await write(fixtures('atif', 'images-and-audio'), 'pictures')
    expect(readdirSync(join(output, 'assets')).length).toBeGreaterThan(0)
    const before = await rowsIn(fixtures('atif', 'images-and-audio'), 'atif')
    expect((await rowsIn(output, 'atif')).map(({ messages }) => messages)).toEqual(before.map(({ messages }) => messages))
  })

  it('are not put between other things', async () => {
    writeFileSync(join(folder, 'kept.txt'), 'mine')
    expect(() => atifFolder(folder)).toThrow(/Cannot put trajectories into .*: it holds other things/)
  })
})

describe('trajectories in a file', () => {
  it('are a line each, which reads back, arguments as they were written', async () => {
    const output = await write(fixtures('atif', 'tools-and-effort'), 'lines.jsonl')
    const lines = readFileSync(output, 'utf8').trimEnd().split('\n')
    expect(lines.every(line => isObject(JSON.parse(line)))).toBe(true)
    expect(lines.join()).toContain('"arguments":{"z":1.0,"a":"é\\u00e9","10":9007199254740993,"2":[1e3,{"b":null}]}')
    const before = await rowsIn(fixtures('atif', 'tools-and-effort'), 'atif')
    expect((await rowsIn(output, 'atif')).map(({ messages }) => messages)).toEqual(before.map(({ messages }) => messages))
  })
})

function refsIn(document: JsonObject): JsonObject[] {
  const steps = Array.isArray(document['steps']) ? document['steps'].filter(isObject) : []
  return steps.flatMap(({ observation }) => {
    const results = isObject(observation) && Array.isArray(observation['results']) ? observation['results'].filter(isObject) : []
    return results.flatMap(result =>
      Array.isArray(result['subagent_trajectory_ref']) ? result['subagent_trajectory_ref'].filter(isObject) : [],
    )
  })
}
