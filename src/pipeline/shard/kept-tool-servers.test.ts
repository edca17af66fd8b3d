import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LocalStdioMCPProvider, MCPProvider } from '../../model/tools/mcp-provider.ts'
import { keptToolServers, toolServersGoingOn } from './kept-tool-servers.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-tools-'))
  mkdirSync(join(folder, 'tools'))
  mkdirSync(join(folder, 'run'))
  for (const name of ['server.mjs', 'tools/server.py']) writeFileSync(join(folder, name), '')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const kept = (command: string, args: string[] = [], env: { [name: string]: string } = {}) =>
  keptToolServers([new LocalStdioMCPProvider({ name: 'local', command, args, env })], folder)[0]!

describe('paths are those of every machine', () => {
  it.each([
    ['a file by its name', ['server.mjs'], ['<>/server.mjs']],
    ['a file in a folder', ['tools/server.py', '-v'], ['<>/tools/server.py', '-v']],
    ['paths by how they are written', ['./tools', '.', '--root=./tools', '--root=.'], ['<>/tools', '<>', '--root=<>/tools', '--root=<>']],
    ['words that are no paths', ['-y', 'run', '@scope/server', 'https://example.org/x', '', '--level=debug'], null],
    ['an absolute path', ['/opt/server.mjs'], null],
  ])('%s', (_, args, expected) => {
    const wanted = (expected ?? args).map(arg => arg.replace('<>', folder))
    expect(kept('node', args)).toMatchObject({ command: 'node', args: wanted, is_whole: true })
  })

  it('the program itself, and what is not there is refused by name', () => {
    expect(kept('./tools/server.py')).toMatchObject({ command: join(folder, 'tools/server.py') })
    for (const make of [
      () => kept('./none'),
      () => kept('tools/none'),
      () => kept('node', ['../none/x']),
      () => kept('node', ['--root=./none']),
    ])
      expect(make).toThrow(/Cannot plan with MCP server 'local': '.*none.*' is a path, and nothing is at/)
  })
})

describe('what is secret stays where it is', () => {
  it.each([
    [['--api-key', 'abc']],
    [['--token=abc']],
    [['--db-password=x']],
    [['postgres://ada:pw@db/x']],
    [['--url=https://u:p@example.org']],
    [['sk-abcdefgh12345']],
    [['--header', 'Authorization: Bearer abcdef']],
    [['--x=ghp_abcdefgh123']],
    [['AKIAABCDEFGHIJKL']],
  ])('arguments %j', args => {
    const server = kept('node', args)
    expect(JSON.stringify(server)).not.toContain(args.at(-1)!.split('=').at(-1)!)
    expect(server.is_whole).toBe(false)
    expect(() => toolServersGoingOn([], [server])).toThrow("Cannot start MCP server 'local': it has a key, or arguments that hold one")
    const again = new LocalStdioMCPProvider({ name: 'local', command: 'node', args })
    expect(toolServersGoingOn([again], [server])).toEqual([again])
  })

  it('values of variables, which each machine has of its own', () => {
    const server = kept('node', [], { LAB_KEY: 'of the planner' })
    expect(JSON.stringify(server)).not.toContain('of the planner')
    expect(toolServersGoingOn([], [server], { LAB_KEY: 'of the worker', OTHER: 'x' })).toEqual([
      new LocalStdioMCPProvider({ name: 'local', command: 'node', args: [], env: { LAB_KEY: 'of the worker' } }),
    ])
    expect(() => toolServersGoingOn([], [server], {})).toThrow(/it has 'LAB_KEY' in its environment, whose value plans do not keep/)
  })

  it('keys and endpoints of servers by HTTP', () => {
    const http = (endpoint: string, apiKey: string | null = null) =>
      keptToolServers([new MCPProvider({ name: 'far', endpoint, apiKey, providerType: 'streamable_http' })])[0]!
    const plain = http('https://example.org/mcp', 'LAB_KEY')
    expect(toolServersGoingOn([], [plain])).toEqual([
      new MCPProvider({ name: 'far', endpoint: 'https://example.org/mcp', apiKey: 'LAB_KEY', providerType: 'streamable_http' }),
    ])
    for (const server of [
      http('https://example.org/mcp', 'written out'),
      http('https://u:secret@example.org/mcp'),
      http('https://example.org/mcp?token=secret'),
    ]) {
      expect(JSON.stringify(server)).not.toMatch(/written out|secret/)
      expect(() => toolServersGoingOn([], [server])).toThrow("Cannot start MCP server 'far'")
    }
  })
})
