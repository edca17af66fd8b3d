import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { folderWith, jsonl, removeFolders } from '../../src/rollout/testing/read-logs.ts'
import { MAIN, startCli } from '../cli-process.ts'
import { root } from '../sources.ts'

afterAll(removeFolders)

const logs = join(root, 'examples', 'logs')
const program = `const { main } = await import(${JSON.stringify(MAIN)}); await main(['node', 'tracewright', ...process.argv.slice(1)])`

/** A command whose stdout and stderr are what the test says. */
function start(args: readonly string[], cwd: string, stdout: number | 'pipe', stderr: number | 'pipe' = 'pipe'): ChildProcess {
  return spawn(process.execPath, ['--input-type=module', '-e', program, '--', ...args], { cwd, stdio: ['ignore', stdout, stderr] })
}

async function ended(child: ChildProcess): Promise<{ code: number | null; stderr: string }> {
  let stderr = ''
  child.stderr?.setEncoding('utf8').on('data', chunk => (stderr += chunk))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stderr }
}

describe.skipIf(!existsSync('/dev/full'))('a full disk behind the output', () => {
  it.each([
    ['ingest', ['ingest', logs, '-q']],
    ['explain', ['explain', logs]],
    ['query', ['query', 'rows.jsonl', 'select * from rows']],
    ['query --json', ['query', 'rows.jsonl', 'select * from rows', '--json']],
    ['preview --json', ['preview', 'config.yaml', '--json']],
    ['validate', ['validate', 'config.yaml']],
  ])('ends %s with one sentence', async (_, args) => {
    const folder = folderWith({ 'rows.jsonl': jsonl([{ a: 'x'.repeat(100) }]), 'config.yaml': config('{{ messages | length }}') })
    const { code, stderr } = await ended(start(args, folder, openSync('/dev/full', 'w')))
    expect(code).toBe(1)
    expect(stderr).toContain('tracewright: Cannot write the output: no space left on the disk\n')
    expect(stderr).not.toContain('defect')
  })

  it('costs nothing where only words beside the output cannot be said', async () => {
    const child = start(['ingest', logs], folderWith({}), 'pipe', openSync('/dev/full', 'w'))
    let lines = ''
    child.stdout!.setEncoding('utf8').on('data', chunk => (lines += chunk))
    expect((await ended(child)).code).toBe(0)
    expect(lines.trim().split('\n').length).toBe(8)
  })

  it('is told of a report, too', async () => {
    const { code, stderr } = await startCli(['ingest', logs, '-q', '-o', 'x.jsonl', '--report', '/dev/full'], folderWith({})).output
    expect([code, stderr]).toEqual([1, 'tracewright: Cannot write the output: no space left on the disk\n'])
  })
})

it('a reader that stops early is no failure', async () => {
  for (const args of [
    ['ingest', logs, '-q'],
    ['explain', logs],
  ]) {
    const child = start(args, folderWith({}), 'pipe')
    child.stdout!.once('data', () => child.stdout!.destroy())
    expect(await ended(child)).toEqual({ code: 0, stderr: '' })
  }
})

it('a folder that cannot be made or written is told in a sentence', async () => {
  const folder = folderWith({ file: '', 'config.yaml': config('{{ messages | length }}') })
  for (const args of [
    ['ingest', logs, '-o', 'file/store'],
    ['ingest', logs, '-o', 'file/rows.jsonl'],
    ['ingest', logs, '-o', 'file/rows.parquet'],
    ['ingest', logs, '-o', 'file/rows.csv'],
    ['create', 'config.yaml', '-o', 'file/run', '-y'],
    ['ingest', logs, '-o', '/proc/store'],
  ]) {
    const { code, stderr } = await startCli(args, folder).output
    expect(code, args.join(' ')).toBe(1)
    expect(stderr, args.join(' ')).toMatch(/^tracewright: Cannot [^\n]*\n$/)
    expect(stderr).not.toMatch(/defect|E[A-Z]{4,}/)
  }
}, 60_000)

describe('create', () => {
  // No row takes long, and all of them together take minutes.
  const heavy = "{% set s = 'a' * 1000000 %}{% for i in range(3) %}{% set x = (s ~ i) | upper | reverse %}{% endfor %}{{ 1 }}"

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'can be stopped by %s while cells do nothing but compute',
    async signal => {
      const folder = folderWith({
        'config.yaml': config(heavy, 'rows.jsonl'),
        'rows.jsonl': jsonl(Array.from({ length: 400 }, (_, i) => ({ i }))),
      })
      const { child, output, stderr } = startCli(['create', 'config.yaml', '-n', '400', '-o', 'run', '-y'], folder)
      await until(() => existsSync(join(folder, 'run', 'manifest.json')) || child.exitCode !== null)
      // The first asks it to finish the rows under way; those that have not begun are left out at the second.
      child.kill(signal)
      await until(() => stderr().includes('press Ctrl-C again') || child.exitCode !== null)
      child.kill(signal)
      expect((await output).code).toBe(130)
      const { drawn_rows } = JSON.parse(readFileSync(join(folder, 'run', 'manifest.json'), 'utf8'))
      expect(drawn_rows).toBeLessThan(400)
    },
    120_000,
  )

  it('stops when nobody reads its events, and can be gone on with', async () => {
    const folder = folderWith({
      'config.yaml': config(heavy, 'rows.jsonl'),
      'rows.jsonl': jsonl(Array.from({ length: 400 }, (_, i) => ({ i }))),
    })
    const child = start(['create', 'config.yaml', '-n', '400', '-o', 'run', '-y', '--json'], folder, 'pipe')
    child.stdout!.once('data', () => child.stdout!.destroy())
    expect((await ended(child)).code).toBe(130)
    expect(readdirSync(join(folder, 'run'))).toContain('manifest.json')
  }, 120_000)
})

function config(expr: string, rows?: string): string {
  const source =
    rows === undefined
      ? { seed_type: 'agent_rollout', format: 'claude_code', path: join(logs, 'claude_code') }
      : { seed_type: 'local', path: rows }
  return JSON.stringify({ seed_config: { source }, columns: [{ column_type: 'expression', name: 'made', expr }] })
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await wait(5)
}
