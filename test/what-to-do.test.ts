import { existsSync, renameSync, symlinkSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { folderWith, jsonl, removeFolders } from '../src/rollout/testing/read-logs.ts'
import { startCli, startPrinted } from './cli-process.ts'

/*
 * Every command that is given what is not there says what it was about to do, what it found, and what to do.
 */

afterAll(removeFolders)

const CONFIG = `
seed_config: {source: {seed_type: local, path: rows.jsonl}}
columns:
- {name: m, column_type: expression, expr: '{{ n }}'}
`
const files = { 'c.yaml': CONFIG, 'rows.jsonl': jsonl([{ n: 1 }, { n: 2 }]), 'note.txt': 'x', 'full/note.txt': 'x' }

const LOGS = 'Name a folder or a file of logs; tracewright scan lists those of this machine'
const STORE = 'Name a store, a run or a file of rows; to make a store: tracewright ingest PATH -o DIR'
const BEGIN = 'Check the path, or begin with an example: tracewright init'

const NOWHERE: { [command: string]: string } = {
  'scan nowhere': LOGS,
  'ingest nowhere': LOGS,
  'ingest nowhere -o store': LOGS,
  'explain nowhere': LOGS,
  'query nowhere': STORE,
  'query full': STORE,
  'cost nowhere': STORE,
  'export nowhere -o out': STORE,
  'label x accept --store nowhere': STORE,
  'label --list --store nowhere': 'Make one: tracewright ingest PATH -o DIR',
  'label --summary --store rows.jsonl': 'Make one: tracewright ingest PATH -o DIR',
  'label --declare a=b --store full': 'Make one: tracewright ingest PATH -o DIR',
  'show x --store nowhere': STORE,
  'show nowhere/x.jsonl': 'Name a log, or a session of a store by its trace id',
  'search x --store nowhere': 'Make one: tracewright ingest PATH -o DIR',
  'studio nowhere': 'Make a store: tracewright ingest PATH -o DIR',
  'validate nowhere.yaml': BEGIN,
  'preview nowhere.yaml': BEGIN,
  'create nowhere.yaml': BEGIN,
  'plan nowhere.yaml -o home --of 2': BEGIN,
  'models nowhere.yaml': BEGIN,
  'create c.yaml --functions nowhere.ts': 'Name a module that exports the functions by the names that custom columns have for them',
  'create c.yaml --providers nowhere': "Name a YAML or JSON file with 'providers:' and a list",
  'create c.yaml --mcp-providers nowhere': "Name a YAML or JSON file with 'providers:' and a list",
  'create c.yaml --prices nowhere': 'Name a JSON file: {"model": {"input": USD, "output": USD}} per million tokens',
  'query rows.jsonl @nowhere': 'Name a file with one SELECT, or give the SQL itself',
  'merge nowhere': 'Make one: tracewright plan CONFIG -o nowhere --of N',
  'merge full': 'Make one: tracewright plan CONFIG -o HOME --of N',
  'status nowhere': 'Name the folder that `create` made, or the home of a plan',
  'status full': 'Name the folder that `create` made, or the home of a plan',
  'ingest -o full --shard 0/2': 'Make one: tracewright ingest PATH -o HOME --plan --of N',
  'diff nowhere full': 'Name two folders that export wrote',
}

it('says what to do where nothing is there', async () => {
  const cwd = folderWith(files)
  for (const [command, hint] of Object.entries(NOWHERE)) {
    const { code, stdout, stderr } = await startCli(command.split(' '), cwd).output
    expect([command, stdout, stderr.trimEnd().endsWith(`. ${hint}`) || stderr]).toEqual([command, '', true])
    expect([1, 2]).toContain(code)
  }
}, 240_000)

it('says what to do where no log became a row, and leaves no empty file in the way', async () => {
  const cwd = folderWith({ 'my notes.txt': 'Water the roses.\n', 'my logs/a.jsonl': '{"type":"summary"}\n' })
  for (const args of [
    ['my notes.txt', '--format', 'codex', '-o', 'rows.jsonl'],
    ['my logs', '--format', 'claude_code', '-o', 'rows.parquet'],
  ]) {
    const { code, stderr } = await startCli(['ingest', ...args], cwd).output
    expect(code, stderr).toBe(1)
    const line = /^No rows were made\. What the files look like: (.*)$/m.exec(stderr)?.[1] ?? stderr
    expect(existsSync(join(cwd, args.at(-1)!))).toBe(false)
    expect((await startPrinted(line, cwd).output).stdout).toContain('Passed over: 1 file')
  }
}, 30_000)

describe('a file of a run or a store that is a link', () => {
  const query = (cwd: string, path: string) => startCli(['query', path, '--json', 'select count(*) as n from rows'], cwd).output

  it('is not read where it leads out of it, and the folder itself may be one', async () => {
    const cwd = folderWith(files)
    expect((await startCli(['create', 'c.yaml', '-o', 'run'], cwd).output).code).toBe(0)
    expect((await startCli(['create', 'c.yaml', '-o', 'other'], cwd).output).code).toBe(0)
    symlinkSync('run', join(cwd, 'linked'))
    expect((await query(cwd, 'linked')).stdout).toBe('{"n":2}\n')
    const part = join(cwd, 'run', 'parts', 'part-00000.parquet')
    renameSync(part, `${part}.kept`)
    symlinkSync(`${part}.kept`, part)
    expect((await query(cwd, 'run')).stdout).toBe('{"n":2}\n')
    renameSync(`${part}.kept`, join(cwd, 'away.parquet'))
    unlinkSync(part)
    symlinkSync(join(cwd, 'away.parquet'), part)
    for (const path of ['run', 'linked']) {
      const { code, stdout, stderr } = await query(cwd, path)
      expect([code, stdout]).toEqual([1, ''])
      expect(stderr).toMatch(
        /^tracewright: Cannot open dataset '(run|linked)': its file 'parts\/part-00000.parquet' is a link to '.*away.parquet'. Put the file itself in its place, or read what it leads to by its own name\n$/,
      )
    }
  }, 60_000)
})
