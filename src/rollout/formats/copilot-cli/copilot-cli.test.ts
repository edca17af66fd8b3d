import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { textOf } from '../../conversation/blocks.ts'
import type { RolloutRow } from '../../conversation/row.ts'
import { folderWith, readLogs, removeFolders } from '../../testing/read-logs.ts'

afterAll(removeFolders)

const fixture = (name: string) => join(import.meta.dirname, 'fixtures', name, 'logs')
const wordsOf = (row: RolloutRow) => row.messages.map(({ role, content }) => `${role}: ${textOf(content)}`)

describe('Copilot CLI', () => {
  it('gives prompts as they were sent, from the last compaction on', async () => {
    const { rows } = await readLogs(fixture('session'), { context: 'as_sent' })
    expect(wordsOf(rows[0]!)).toEqual(['system: You mend weirs.', 'user: Board 3 is gone.', 'assistant: Board 3 is gone.'])
    const { rows: others } = await readLogs(fixture('subagents'), { context: 'as_sent' })
    expect(others.map(({ agent_id }) => agent_id)).toEqual([null, 'ag1', 'k2'])
  })

  it('gives the path that a rewind left', async () => {
    const { rows } = await readLogs(fixture('rewind'), { branches: 'all' })
    expect(rows.map(wordsOf)).toEqual([
      ['user: Open the gate', 'assistant: Opened.', 'user: Now fill it', 'assistant: Filled.'],
      ['user: Open the gate', 'assistant: Opened.', 'user: Now drain it', 'assistant: Drained.'],
    ])
    expect(rows[1]!.message_meta.map(({ replay }) => replay === true)).toEqual([true, true, false, false])
  })

  it("does not count a session's totals where they hold its agents' tokens too", async () => {
    const { rows } = await readLogs(fixture('subagents'))
    expect(rows.map(({ usage }) => [usage?.input_tokens ?? null, usage?.output_tokens ?? null])).toEqual([
      [null, 12],
      [null, 2],
      [null, null],
    ])
    expect((await readLogs(fixture('session'))).rows[0]!.usage).toMatchObject({ input_tokens: 500, output_tokens: 17 })
  })

  it('takes the path of a workspace as it stands where it is not escaped as a URL is', async () => {
    const log = 'GitHub.copilot-chat/transcripts/ee000000-0000-4000-8000-000000000001.jsonl'
    const said = readFileSync(join(fixture('vscode'), 'workspaceStorage/abc', log), 'utf8')
    for (const [folder, path] of [
      ['file:///srv/a%20weir', '/srv/a weir'],
      ['file:///srv/100%/weir', '/srv/100%/weir'],
    ]) {
      const files = { [`workspaceStorage/abc/${log}`]: said, 'workspaceStorage/abc/workspace.json': JSON.stringify({ folder }) }
      const { rows } = await readLogs(folderWith(files))
      expect(rows.map(({ project_path }) => project_path)).toEqual([path])
    }
  })
})
