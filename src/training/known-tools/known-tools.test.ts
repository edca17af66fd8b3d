import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../../../test/sources.ts'
import { isObject, type JsonObject } from '../../json/json.ts'
import type { Row } from '../../row.ts'
import { conversationOf } from '../conversation/conversation.ts'
import * as tables from './known-tools.ts'
import { type ToolTable, toolsOf } from './table.ts'

const all: ToolTable[] = Object.values(tables)

/** Rows of the fixtures of an agent: shapes of real logs, among them such as record their tools. */
function fixtureRows(agent: string): Row[] {
  const paths = globSync('src/rollout/formats/*/fixtures/*/expected.json', { cwd: root })
  return [...paths.map(path => join(root, path)), join(import.meta.dirname, 'recorded.json')].filter(existsSync).flatMap(path => {
    const text = readFileSync(path, 'utf8')
    return text.includes(`"${agent}"`) ? rowsIn(JSON.parse(text)).filter(row => row['source_kind'] === agent) : []
  })
}

function rowsIn(value: unknown): Row[] {
  if (Array.isArray(value)) return value.flatMap(rowsIn)
  if (!isObject(value as JsonObject)) return []
  const object = value as JsonObject
  return Array.isArray(object['messages']) && 'source_kind' in object ? [object as Row] : Object.values(object).flatMap(rowsIn)
}

describe.each(all.map(table => [table.agent, table] as const))('%s', (agent, table) => {
  it('names each tool of a version once', () => {
    for (const version of ['0.1.0', '0.50.0', '0.80.0', '1.0.0', '1.0.110', '2.0.10', '2.0.64', '2.1.18', '2.1.63', '9.0.0']) {
      const names = offered(agent, { [table.versionKey ?? 'x']: [version] }).map(([name]) => name)
      expect(new Set(names).size).toBe(names.length)
    }
    expect(table.evidence).not.toBe('')
  })

  it('agrees with the logs that record their tools: same arguments, same types', () => {
    const compared: string[] = []
    for (const row of fixtureRows(agent)) {
      for (const schema of (row['tools'] as { schemas?: JsonObject[] } | null)?.schemas ?? []) {
        const { name, parameters } = schema['function'] as { name: string; parameters?: { properties?: JsonObject; required?: string[] } }
        const forms = toolsOf(table).filter(tool => tool.name === name)
        if (forms.length === 0 || parameters?.properties === undefined) continue
        const types = Object.fromEntries(Object.entries(parameters.properties).map(([key, one]) => [key, (one as JsonObject)['type']]))
        compared.push(name)
        const told = forms.map(({ arguments: args }) => Object.fromEntries(Object.keys(types).map(key => [key, args[key]?.type ?? null])))
        expect(told).toContainEqual(types)
        const required = forms.flatMap(form => Object.entries(form.arguments).flatMap(([key, { isRequired }]) => (isRequired ? [key] : [])))
        for (const key of parameters.required ?? []) expect(required).toContain(key)
      }
    }
    if (agent === 'hermes_agent' || agent === 'pi_coding_agent') expect(compared.length).toBeGreaterThan(3)
  })

  it('leaves no call without its tool, and no argument without its type', () => {
    for (const row of fixtureRows(agent)) {
      const read = conversationOf({ ...row, tools: null }, 1, { count: text => text.length, tools: 'inferred' })
      if ('reason' in read) continue
      const listed = new Map(read.tools.schemas.map(schema => [schema.function.name, propertiesIn(schema)]))
      for (const { calls } of read.parts.flat())
        for (const call of calls)
          for (const argument of Object.keys(JSON.parse(call.arguments) as JsonObject))
            expect(listed.get(call.name), `${call.name} ${argument}`).toHaveProperty([argument, 'type'])
    }
  })
})

const CALL = (name: string, args: object) => ({
  role: 'assistant',
  content: '',
  tool_calls: [{ id: 'c', type: 'function', function: { name, arguments: JSON.stringify(args) } }],
})

function tools(agent: string, meta: JsonObject, messages: object[] = [], recorded: JsonObject[] = []) {
  const row = {
    trace_id: 'a',
    source_kind: agent,
    source_meta: meta,
    tools: { status: 'x', schemas: recorded },
    messages,
  } as unknown as Row
  const read = conversationOf(row, 1, { count: text => text.length, tools: 'inferred' })
  if ('reason' in read) throw new Error(read.reason)
  return read.tools
}

function offered(agent: string, meta: JsonObject, messages: object[] = []) {
  return tools(agent, meta, messages).schemas.map(schema => [schema.function.name, Object.keys(propertiesIn(schema))] as const)
}

function propertiesIn({ function: { parameters } }: { function: { parameters?: unknown } }): JsonObject {
  return (parameters as { properties?: JsonObject } | undefined)?.properties ?? {}
}

describe('a list of tools', () => {
  it.each<[version: string, has: string[], lacks: string[]]>([
    ['1.0.90', ['Task', 'MultiEdit', 'KillBash', 'TodoWrite'], ['Agent', 'KillShell', 'AskUserQuestion', 'TaskCreate']],
    ['2.0.55', ['Task', 'KillShell', 'BashOutput', 'AskUserQuestion'], ['MultiEdit', 'TaskOutput']],
    ['2.1.63', ['Agent', 'TaskOutput', 'TaskStop', 'TaskCreate'], ['Task', 'KillShell', 'BashOutput', 'TodoWrite']],
  ])('has what version %s had', (version, has, lacks) => {
    const names = offered('claude_code', { versions: ['1.0.1', version] }).map(([name]) => name)
    expect(names).toEqual(expect.arrayContaining(has))
    expect(names.filter(name => lacks.includes(name))).toEqual([])
  })

  it.each([
    ['goose', 'developer__text_editor', 'edit', { path: 'a', command: 'view', view_range: [1, 2] }],
    ['zed', 'thinking', 'terminal', { content: 'So it is' }],
    ['grok_build', 'oars', 'run_terminal_command', { n: 1 }],
  ])('of %s has what it had at a time nobody knows only where it is called: %s', (agent, old, now, args) => {
    const names = (messages: object[]) => offered(agent, {}, messages).map(([name]) => name)
    expect(names([])).toContain(now)
    expect(names([])).not.toContain(old)
    expect(names([CALL(old, args)])).toEqual(expect.arrayContaining([old, now]))
    const schema = tools(agent, {}, [CALL(old, args)]).schemas.find(one => one.function.name === old)!
    expect(Object.keys(propertiesIn(schema))).toEqual(expect.arrayContaining(Object.keys(args)))
  })

  it('of Zed has the form of a tool that takes what it was called with', () => {
    const given = { display_description: 'Mend', path: 'a.rs', mode: 'edit' }
    expect(
      Object.keys(propertiesIn(tools('zed', {}, [CALL('edit_file', given)]).schemas.find(one => one.function.name === 'edit_file')!)),
    ).toEqual(Object.keys(given))
  })

  it('says what each tool is known from', () => {
    const messages = [CALL('Bash', { command: 'ls', colour: true }), CALL('mcp__garden__water', { beds: 2 })]
    const found = tools('claude_code', { versions: ['2.0.55'] }, messages)
    expect(found.status).toBe('inferred')
    expect(found.sources).toEqual({ producer: found.schemas.length - 1, calls: 1, version: 'claude_code 2.0.55', completed: true })
    expect(propertiesIn(found.schemas.find(({ function: { name } }) => name === 'Bash')!)).toMatchObject({
      command: { type: 'string' },
      colour: { type: 'boolean' },
    })
  })

  it('is the recorded one where there is one, with arguments that calls gave beside it', () => {
    const recorded = {
      type: 'function',
      function: { name: 'read', parameters: { type: 'object', properties: { path: { type: 'string' } } } },
    }
    expect(tools('pi_coding_agent', {}, [CALL('read', { path: 'a' })], [recorded])).toEqual({
      status: 'recorded',
      schemas: [recorded],
      sources: { recorded: 1 },
    })
    const more = tools('pi_coding_agent', {}, [CALL('read', { path: 'a', depth: 1.5 }), CALL('look', {})], [recorded])
    expect(more).toMatchObject({ status: 'inferred', sources: { recorded: 1, calls: 1, completed: true } })
    expect(propertiesIn(more.schemas[0]!)).toEqual({ path: { type: 'string' }, depth: { type: 'number' } })
  })

  it('knows the tools of the producer beside recorded ones that others brought along', () => {
    const gate = { type: 'function', function: { name: 'mcp__garden__gate', parameters: { type: 'object', properties: {} } } }
    const found = tools('codex', { cli_version: '0.100.0' }, [CALL('exec_command', { cmd: 'ls' })], [gate])
    expect(found.sources).toEqual({ recorded: 1, producer: found.schemas.length - 1, version: 'codex 0.100.0' })
    expect(found.schemas.map(schema => schema.function.name)).toEqual(
      expect.arrayContaining(['mcp__garden__gate', 'exec_command', 'write_stdin']),
    )
  })

  it('takes the form that fits the calls where the version is not told', () => {
    const old = offered('pi_coding_agent', {}, [CALL('edit', { path: 'a', oldText: 'b', newText: 'c' })])
    expect(Object.fromEntries(old)['edit']).toEqual(['path', 'oldText', 'newText'])
    expect(Object.fromEntries(offered('pi_coding_agent', {}))['edit']).toEqual(['path', 'edits'])
  })

  it('has only what the log says was offered', () => {
    expect(offered('claude_code', { versions: ['2.0.55'], tool_names: ['Read', 'Grep'] }).map(([name]) => name)).toEqual(['Grep', 'Read'])
  })

  it('is made of the calls of an agent that nothing is known of', () => {
    expect(tools('constructor', {}, [CALL('toString', { a: null })])).toMatchObject({ status: 'inferred', sources: { calls: 1 } })
    expect(tools('somebody', {})).toEqual({ status: 'none', schemas: [], sources: null })
  })
})
