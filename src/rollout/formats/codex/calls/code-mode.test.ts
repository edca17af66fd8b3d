import { afterAll, describe, expect, it } from 'vitest'
import type { RolloutRow } from '../../../conversation/row.ts'
import { calls, codes, folderWith, readAll, removeFolders } from '../testing/read-fixture.ts'
import { answered, asked, done, event, FILE, item, rollout } from '../testing/thread.ts'

afterAll(removeFolders)

async function read(records: readonly object[]) {
  const { rows, units } = await readAll(folderWith({ [FILE]: rollout(records) }), { trace: true })
  return { row: rows[0]!, fates: units[0]!.fates, ledger: units[0]!.ledger }
}

const script = (id: string, input = 'await tools.exec_command({cmd: "make"})') =>
  item('custom_tool_call', { call_id: id, name: 'exec', input })
const wait = (id: string, cell: string) =>
  item('function_call', { call_id: id, name: 'wait', arguments: JSON.stringify({ cell_id: cell }) })
const output = (id: string, head: string, ...texts: string[]) =>
  item('custom_tool_call_output', {
    call_id: id,
    output: [`${head}\nWall time 0.4 seconds\nOutput:\n`, ...texts].map(text => ({ type: 'input_text', text })),
  })
const command = (id: string, exit_code: number, more: object = {}) =>
  done('CommandExecution', id, {
    command: ['bash', '-lc', `make ${id}`],
    cwd: '/w',
    exit_code,
    status: exit_code ? 'failed' : 'completed',
    ...more,
  })

/** What is known of the result of a call. */
function resultOf({ messages, message_meta }: RolloutRow, id: string) {
  return message_meta[messages.findIndex(message => message.tool_call_id === id)]!
}

describe('the head of a script result', () => {
  it.each([
    ['completed', 'Script completed', false],
    ['failed', 'Script failed', true],
    ['terminated', 'Script terminated', undefined],
    ['running', 'Script running with cell ID cell-7', undefined],
  ])('%s', async (status, head, isError) => {
    const { row } = await read([asked('Build'), script('x1'), output('x1', head, 'words'), answered('So it is.')])
    const { is_error, extra } = resultOf(row, 'x1')
    expect(is_error).toBe(isError)
    expect(extra).toEqual({ script: status, ...(status === 'running' ? { cell: 'cell-7' } : {}) })
  })

  it('is believed of script tools only', async () => {
    const shell = item('function_call', { call_id: 's1', name: 'shell', arguments: '{}' })
    const { row } = await read([asked('Build'), shell, output('s1', 'Script failed'), answered('It printed that.')])
    expect(resultOf(row, 's1').is_error).toBeUndefined()
  })

  it('is believed where it stands first only', async () => {
    const { row } = await read([
      asked('Build'),
      script('x1'),
      output('x1', 'Script completed', 'Script failed\nOutput:\n'),
      answered('Fine.'),
    ])
    expect(resultOf(row, 'x1').is_error).toBe(false)
  })

  it('is read without a wall time, and under a namespace', async () => {
    const call = item('function_call', { call_id: 'x1', name: 'functions.exec', arguments: '{"source":"run()"}' })
    const result = item('function_call_output', { call_id: 'x1', output: 'Script failed\nScript error:\nRejected' })
    const { row } = await read([asked('Build'), call, result, answered('Rejected.')])
    expect(resultOf(row, 'x1')).toMatchObject({ is_error: true, extra: { script: 'failed' } })
  })
})

describe('work of a script', () => {
  it('is kept with its call, in its order, and is no duplicate', async () => {
    const { row, ledger, fates } = await read([
      asked('Build'),
      script('x1'),
      command('exec-a', 0, { aggregated_output: 'seen' }),
      done('McpToolCall', 'exec-b', {
        server: 'shot',
        tool: 'take',
        arguments: { u: 1 },
        status: 'completed',
        result: { content: [{ type: 'text', text: 'unseen' }] },
      }),
      done('FileChange', 'exec-c', { changes: { 'a.ts': { type: 'update' }, 'b.ts': { type: 'add' } }, status: 'completed' }),
      done('Extension', 'exec-d', { name: 'weather', status: 'completed' }),
      output('x1', 'Script completed', 'seen'),
      done('Extension', 'exec-f', { name: 'maps', results: [{ title: 'North' }] }),
      done('SubAgentActivity', 'exec-e', { kind: 'started', agent_thread_id: 'child', agent_path: '/root/child' }),
      answered('Built.'),
    ])
    expect(resultOf(row, 'x1').extra).toEqual({
      script: 'completed',
      nested: [
        { type: 'CommandExecution', id: 'exec-a', command: ['bash', '-lc', 'make exec-a'], cwd: '/w', exit_code: 0, status: 'completed' },
        { type: 'McpToolCall', id: 'exec-b', server: 'shot', tool: 'take', arguments: { u: 1 }, status: 'completed', output: 'unseen' },
        { type: 'FileChange', id: 'exec-c', status: 'completed', files: ['a.ts', 'b.ts'] },
        { type: 'Extension', id: 'exec-d', name: 'weather', status: 'completed' },
        { type: 'Extension', id: 'exec-f', name: 'maps', output: '[{"title":"North"}]' },
        { type: 'SubAgentActivity', id: 'exec-e', kind: 'started', agent_thread_id: 'child', agent_path: '/root/child' },
      ],
    })
    expect(ledger.buckets.noise).toEqual({})
    expect(fates.filter(({ reason }) => reason === 'work of a script').map(({ bucket }) => bucket)).toEqual(Array(6).fill('merged'))
    expect(row.outcome.detail).toMatchObject({ exit_codes: { 0: 1 } })
  })

  it('gives its exit code to a script that did nothing else', async () => {
    const { row } = await read([
      asked('Test'),
      script('x1'),
      command('ce-1', 101),
      item('custom_tool_call_output', { call_id: 'x1', output: 'boom' }),
      answered('It fails.'),
    ])
    expect(resultOf(row, 'x1')).toMatchObject({ is_error: true, extra: { exit_code: 101 } })
    expect(row.outcome.detail).toMatchObject({ exit_codes: { 101: 1 } })
  })

  it('keeps a script that did more whole, and counts each exit code', async () => {
    const { row } = await read([
      asked('Test'),
      script('x1'),
      command('e1', 1),
      command('e2', 0),
      output('x1', 'Script completed'),
      answered('One failed.'),
    ])
    expect(resultOf(row, 'x1').is_error).toBe(false)
    expect(row.outcome.detail).toMatchObject({ exit_codes: { 0: 1, 1: 1 } })
  })

  it('reads the exit code that a script passed on, where nothing is reported', async () => {
    const given = JSON.stringify({ chunk_id: 'c', wall_time_seconds: 3, exit_code: 7, output: 'no' })
    const { row } = await read([asked('Test'), script('x1'), output('x1', 'Script completed', given), answered('No.')])
    expect(resultOf(row, 'x1')).toMatchObject({ is_error: true, extra: { exit_code: 7 } })
    const printed = await read([asked('Test'), script('x1'), output('x1', 'Script completed', '{"exit_code":7}'), answered('No.')])
    expect(resultOf(printed.row, 'x1').is_error).toBe(false)
  })

  it('belongs to the script that goes on behind its result', async () => {
    const { row } = await read([
      asked('Build'),
      script('x1'),
      output('x1', 'Script running with cell ID 3'),
      script('x2', 'text(1)'),
      output('x2', 'Script completed', '1'),
      wait('w1', '3'),
      command('late', 0),
      output('w1', 'Script completed'),
      answered('Done.'),
    ])
    expect(resultOf(row, 'x1').extra!['nested']).toMatchObject([{ id: 'late' }])
    expect(resultOf(row, 'w1').extra).toEqual({ script: 'completed' })
  })

  it('belongs to the one that names it, of two that run at once', async () => {
    const { row } = await read([
      asked('Build'),
      script('x1', 'tools.exec_command({cmd: "make e1"})'),
      script('x2', 'tools.exec_command({cmd: "make e2"})'),
      command('e1', 2),
      command('e2', 0),
      output('x1', 'Script completed'),
      output('x2', 'Script completed'),
      answered('One fails.'),
    ])
    expect([resultOf(row, 'x1').is_error, resultOf(row, 'x2').is_error]).toEqual([true, false])
  })

  it('stands with the response where its call has no result', async () => {
    const { row } = await read([asked('Build'), script('x1'), command('e1', 0), event('turn_aborted', { reason: 'interrupted' })])
    expect(row.message_meta[1]!.extra!['nested']).toMatchObject([{ call: 'x1', id: 'e1', exit_code: 0 }])
  })

  it('is not that of a script which the turn before left without a result', async () => {
    const { row } = await read([
      event('task_started', { turn_id: 't1' }),
      asked('Build'),
      script('x1'),
      event('turn_aborted', { reason: 'interrupted' }),
      event('task_started', { turn_id: 't2' }),
      asked('Again'),
      script('x2'),
      output('x2', 'Script completed'),
      command('late', 0),
      answered('Built.'),
    ])
    expect(resultOf(row, 'x2').extra!['nested']).toMatchObject([{ id: 'late' }])
  })

  it('is read in events of the older kind too', async () => {
    const older = event('exec_command_end', { call_id: 'exec-1', command: ['ls'], exit_code: 3, aggregated_output: 'none' })
    const { row, ledger } = await read([asked('Look'), script('x1'), older, output('x1', 'Script completed'), answered('None.')])
    expect(resultOf(row, 'x1').extra).toMatchObject({ exit_code: 3, nested: [{ type: 'exec_command_end', id: 'exec-1', output: 'none' }] })
    expect(ledger.buckets.noise).toEqual({})
  })
})

describe('work of no script', () => {
  it('that an item holds too is a duplicate, and tells how the call ended', async () => {
    const shell = item('function_call', { call_id: 's1', name: 'exec_command', arguments: '{"cmd":"ls"}' })
    const { row, ledger } = await read([
      asked('Look'),
      shell,
      command('s1', 2),
      item('function_call_output', { call_id: 's1', output: 'none' }),
      answered('None.'),
    ])
    expect(resultOf(row, 's1')).toMatchObject({ is_error: true, extra: { exit_code: 2 } })
    expect(ledger.buckets.noise).toEqual({ 'duplicate of a response item': 1 })
  })

  it('is told where no call is recorded', async () => {
    const { row } = await read([asked('Look'), command('lost', 1), answered('None.')])
    expect(calls(row)).toEqual([])
    expect(row.diagnostics).toMatchObject([{ code: 'work_without_call', detail: [{ id: 'lost', exit_code: 1 }] }])
  })

  it("is not the model's where a person ran it", async () => {
    const { row } = await read([
      asked('Look'),
      script('x1'),
      command('u1', 0, { source: 'userShell' }),
      output('x1', 'Script completed'),
      answered('Yes.'),
    ])
    expect(resultOf(row, 'x1').extra).toEqual({ script: 'completed' })
    expect(codes(row)).toEqual([])
  })
})
