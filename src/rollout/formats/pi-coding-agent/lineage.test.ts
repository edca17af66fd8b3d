import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readLogs } from '../../testing/read-logs.ts'
import { codes, fixture, readFolder, rowOf, said } from './testing/read-fixture.ts'

const folders: string[] = []
function folderWith(files: { [name: string]: string }): string {
  const folder = mkdtempSync(join(tmpdir(), 'tracewright-pi-'))
  folders.push(folder)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

describe('lineage', () => {
  it("parse() gives the transcripts in a tool's result rows of their own, nested ones too", async () => {
    const { rows } = await fixture('subagents')
    const children = rows.filter(({ trace_id }) => trace_id.startsWith('sa-1:'))
    expect(
      children.map(row => [row.trace_id, row.parent_trace_id, row.root_session_id, row.spawn_tool_call_id, row.agent_id, row.relation]),
    ).toEqual([
      ['sa-1:1', 'sa-1', 'sa-1', 's1', 'scout', 'subagent'],
      ['sa-1:1:1', 'sa-1:1', 'sa-1', 'n1', 'scout', 'subagent'],
      ['sa-1:2', 'sa-1', 'sa-1', 's1', 'ranger', 'subagent'],
    ])
    expect(children.every(({ is_sidechain }) => is_sidechain)).toBe(true)
    expect(children[0]!.message_meta[0]!.origin).toBe('agent')
    expect(said(children[2]!)).toEqual(['user: Find fern', 'assistant: No fern'])
    expect(children[2]!.outcome).toEqual({ status: 'failed', reward: null, detail: { error: 'lost', exit_code: 1 } })
  })

  it('parse() does not count what a spawned agent spent twice', async () => {
    expect((await rowOf('subagents', 'sa-1')).usage!.input_tokens).toBe(300)
  })

  it('parse() links a session in the folder of the one that spawned it', async () => {
    const row = await rowOf('subagents', 'sa-2')
    expect(row).toMatchObject({
      relation: 'subagent',
      parent_trace_id: 'sa-1',
      root_session_id: 'sa-1',
      is_sidechain: true,
      agent_id: 'sa-2',
    })
    expect(said(row)).toEqual(['system: You gather.', 'user: Gather', 'assistant: Gathered.'])
    expect(row.source_meta).toMatchObject({ task: 'Gather', tool_names: ['read'] })
  })

  it("parse() reads a spawned agent's transcript without session header", async () => {
    const row = await rowOf('subagents', 'run7_scout_0')
    expect(said(row)).toEqual(['user: Scout the pond', 'assistant: The pond is full.'])
    expect(row).toMatchObject({ is_sidechain: true, agent_id: 'scout', relation: 'subagent', cwd: '/srv/garden', parent_trace_id: null })
  })

  it('parse() knows a fork by the entries it shares with its parent, and counts them there', async () => {
    const row = await rowOf('forks', 'fk-2')
    expect(row).toMatchObject({ relation: 'fork', parent_trace_id: 'fk-1', root_session_id: 'fk-1' })
    expect(row.message_meta.map(({ replay }) => replay ?? false)).toEqual([true, true, false, false])
    expect(row.usage!.output_tokens).toBe(20)
    const { ledgers } = await fixture('forks')
    expect(ledgers.get('--srv-garden--/2026-05-04T09-10-00-000Z_fk-2.jsonl')!.buckets).toMatchObject({ emitted: 2, replay: 2 })
  })

  it('parse() follows forks of forks to their root, across folders', async () => {
    const row = await rowOf('forks', 'fk-3')
    expect(row).toMatchObject({ relation: 'fork', parent_trace_id: 'fk-2', root_session_id: 'fk-1' })
    expect(row.message_meta.filter(({ replay }) => replay)).toHaveLength(3)
  })

  it('parse() says so when the parent is not at hand', async () => {
    const row = await rowOf('forks', 'fk-4')
    expect(row).toMatchObject({ parent_trace_id: 'gone', root_session_id: 'gone', fidelity: { missing_history: true } })
    expect(codes(row)).toEqual(['parent_not_found'])
  })

  it('parse() calls a session a continuation that shares nothing with its parent', async () => {
    expect(await rowOf('forks', 'fk-5')).toMatchObject({ relation: 'continuation', parent_trace_id: 'fk-1', root_session_id: 'fk-1' })
  })
})

describe('relatives', () => {
  it("parse() tells OpenClaw's mirrors and notes from what the model said", async () => {
    const row = await rowOf('openclaw', '0c1a5e00-1111-4222-8333-0123456789ab')
    expect(said(row)).toEqual(['user: Remind me', 'user: It is noon.', 'assistant: ', 'tool: noted', 'assistant: I will.', 'user: Thanks'])
    expect(row.message_meta[1]!.origin).toBe('harness')
    expect(row.models).toEqual(['fable-2'])
    expect(row.diagnostics.map(({ code }) => code)).toEqual(expect.arrayContaining(['delivery_mirror', 'prompt_error']))
    expect(row.source_meta).toMatchObject({ custom: { 'model-snapshot': 1, 'openclaw:prompt-error': 1 } })
  })

  it('parse() reads sessions OpenClaw has put away, each under an id of its own', async () => {
    const { rows } = await readLogs(join(import.meta.dirname, 'fixtures/openclaw/logs'), { format: 'pi_coding_agent' })
    expect(rows.map(({ trace_id, source_meta }) => [trace_id, source_meta['archived'] ?? null])).toEqual([
      ['0c1a5e00-1111-4222-8333-0123456789ab', null],
      [expect.stringMatching(/^0c1a5e00-1111-4222-8333-0123456789ab~.{8}$/), 'reset'],
      ['0c1a5e00-1111-4222-8333-0123456789ac', 'deleted'],
    ])
  })

  it("parse() reads oh-my-pi's title, prompt, side calls and resets", async () => {
    const row = await rowOf('oh-my-pi', 'om-1')
    expect(row.source_meta).toMatchObject({
      title: 'Late title',
      task: 'Mend',
      injected_rules: [['be brief']],
      tool_names: ['read', 'edit'],
    })
    expect(said(row)).toEqual([
      'system: You mend tools.',
      'user: Mend the rake',
      'assistant: Mended.',
      'user: Ran Python:\n```python\n1+1\n```\nOutput:\n```\n2\n```',
      'system: Be brief.',
      'assistant: Two.',
    ])
    expect(row.message_meta[3]!.boundary).toBe('clear')
    expect(row.usage!.cost_usd).toBeCloseTo(0.129)
    expect(said(await rowOf('oh-my-pi', 'om-1', { context: 'as_sent' }))).toHaveLength(4)
  })

  it("discover() leaves a channel's chat log beside its context out", async () => {
    const { rows, skipped } = await fixture('mom')
    expect(rows.map(({ trace_id }) => trace_id)).toEqual(['mo-1'])
    expect(skipped.map(({ path }) => path)).toEqual(['C01/log.jsonl'])
  })

  it('discover() refuses logs of other agents that begin like a session, with a reason', async () => {
    const { rows, skipped } = await fixture('look-alikes')
    expect(rows.map(({ trace_id }) => trace_id)).toEqual(['la-3'])
    expect(skipped).toEqual([
      { path: 'command-code.jsonl', reason: "Begins like a Pi session, but is another agent's log: it holds Command Code's messages" },
      { path: 'dsh.jsonl', reason: "Begins like a Pi session, but is another agent's log: it goes on with a record of type 'turn/start'" },
      { path: 'roles.jsonl', reason: "Begins like a Pi session, but is another agent's log: it goes on with a record of type 'user'" },
    ])
  })

  it('parse() rejects such a log under a name of our own kind', async () => {
    const head = '{"type":"session","version":3,"id":"x","timestamp":"2026-05-04T09:00:00.000Z"}\n{"role":"user"}\n'
    const { rejects } = await readFolder(folderWith({ '0c1a5e00-1111-4222-8333-0123456789ad.jsonl': head }))
    expect(rejects).toEqual(["Begins like a Pi session, but is another agent's log: it goes on with a record of type 'user'"])
  })
})
