import { afterAll, describe, expect, it } from 'vitest'
import { folderWith, jsonl, removeFolders } from '../src/rollout/testing/read-logs.ts'
import { startCli } from './cli-process.ts'

/*
 * What create prints to go on with is run as it stands: reason, exit code and command.
 */

afterAll(removeFolders)

const config = (accept = '{{ n }}') => `
seed_config: {source: {seed_type: local, path: rows.jsonl}}
columns:
- {name: m, column_type: expression, expr: '${accept}', dtype: int}
`

/** The words of a command as a shell takes them, without the program. */
const wordsOf = (command: string) => command.split(' ').slice(1)

describe('a seed that has fewer rows than are wanted', () => {
  const folder = () => folderWith({ 'config.yaml': config(), 'rows.jsonl': jsonl([{ n: 1 }, { n: 2 }, { n: 3 }]) })

  it('is told with the command that draws its rows again', async () => {
    const cwd = folder()
    const { code, stdout } = await startCli(['create', 'config.yaml', '-o', 'out', '-n', '7', '--seed', '5', '--part-rows', '2'], cwd)
      .output
    expect([code, stdout]).toEqual([
      4,
      `3 rows, 0 failures, seed 5
Only 3 of 7 rows were drawn: the seed has no more, and its rows are drawn again only on request
Dataset: out
Draw its rows again: tracewright create config.yaml --num-records 7 --repeat-seed --output out --resume --part-rows 2 --seed 5
`,
    ])
    const again = await startCli(
      wordsOf(
        stdout
          .trim()
          .split('\n')
          .at(-1)!
          .replace(/^.*?: /, ''),
      ),
      cwd,
    ).output
    expect([again.code, again.stdout]).toEqual([
      0,
      "7 rows, 0 failures, seed 5\nThe seed's 3 rows were drawn again, up to 3 times each\nDataset: out\n",
    ])
  })

  it('says nothing of it where all were to be drawn, or enough were', async () => {
    for (const wanted of ['all', '3', '2']) {
      const { code, stdout } = await startCli(['create', 'config.yaml', '-o', 'out', '-n', wanted], folder()).output
      expect(code).toBe(0)
      expect(stdout).not.toContain('--repeat-seed')
    }
  })

  it('tells rows that failed beside it', async () => {
    const cwd = folderWith({ 'config.yaml': config('{{ 6 / n }}'), 'rows.jsonl': jsonl([{ n: 1 }, { n: 0 }, { n: 3 }]) })
    const { code, stdout } = await startCli(['create', 'config.yaml', '-o', 'out', '-n', '5', '--seed', '5'], cwd).output
    expect(code).toBe(4)
    expect(stdout.trim().split('\n').slice(-2)).toEqual([
      'Draw its rows again: tracewright create config.yaml --num-records 5 --repeat-seed --output out --resume --seed 5',
      'Try failed rows again: tracewright create config.yaml --num-records 5 --output out --retry-failed --seed 5',
    ])
  })
})

it('all mistakes of a config come with exit code 2, unknown filters and providers among them', async () => {
  const cwd = folderWith({
    'rows.jsonl': jsonl([{ n: 1 }]),
    'config.yaml': `
modl_configs: []
model_configs: [{alias: m, model: x, provider: opnai}]
seed_config: {source: {seed_type: local, path: rows.jsonl}}
columns:
- {name: a, column_type: llm-text, model_alias: m, prompt: '{{ n | uper }} {{ n | lowr }} {{ n is evn }} {{ nn }}'}
`,
  })
  const commands = ['validate', 'preview', 'create', 'models', 'check-models', 'plan -o home --of 2', 'create --queue redis://127.0.0.1:1']
  for (const command of [...commands, 'work redis://127.0.0.1:1 --config']) {
    const { code, stdout, stderr } = await startCli([...command.split(' '), 'config.yaml'], cwd).output
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toBe(`tracewright: The config has 6 mistakes:
  - config: Unknown key 'modl_configs': expected seed_config, model_configs, columns, processors, tool_configs, constraints, profilers, library_version. Did you mean 'model_configs'?
  - model 'm': Unknown provider 'opnai': expected one of nvidia, openai, openrouter, anthropic, google, ollama, lm-studio, llama-cpp, stand-in. Did you mean 'openai'?
  - column 'a': prompt: No filter named 'uper'. Did you mean 'upper'?
  - column 'a': prompt: No filter named 'lowr'. Did you mean 'lower'?
  - column 'a': prompt: No test named 'evn'. Did you mean 'even'?
  - column 'a': reads 'nn', which is neither a column nor in the seed. Did you mean 'n'?
`)
  }
  // A provider that is named is known.
  const named = await startCli(['validate', 'config.yaml', '--provider', 'opnai=http://127.0.0.1:1/v1'], cwd).output
  expect(named.stderr).toContain('The config has 5 mistakes')
  expect(named.stderr).not.toContain('opnai')
}, 60_000)
