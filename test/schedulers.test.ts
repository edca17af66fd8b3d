import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parse } from 'yaml'
import { ExpressionColumnConfig } from '../src/column/expression.ts'
import { DataDesignerConfigBuilder } from '../src/pipeline/config/builder.ts'
import { DataDesigner } from '../src/pipeline/data-designer.ts'
import { mergeShards } from '../src/pipeline/shard/merge.ts'
import { planShards } from '../src/pipeline/shard/plan-shards.ts'
import { LocalFileSeedSource } from '../src/seed/file.ts'
import { COMPILED, MAIN } from './cli-process.ts'
import { contentOf, numbersIn } from './shard-scene.ts'

const SHARDS = 3
const SCRIPTS = join(import.meta.dirname, '..', 'examples', 'machines')
const shells = readdirSync(SCRIPTS).filter(name => name.endsWith('.sh'))
const has = (program: string, args = ['--version']) => spawnSync(program, args).status === 0

let cwd: string
let whole: Awaited<ReturnType<typeof contentOf>>
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'tracewright-schedulers-'))
  const builder = new DataDesignerConfigBuilder()
    .withSeedDataset(new LocalFileSeedSource({ path: numbersIn(join(cwd, 'in'), 30) }))
    .addColumn(new ExpressionColumnConfig({ name: 'dice', expr: '{{ range(100000) | random }}', dtype: 'int' }))
  await new DataDesigner({ seed: 7 }).create(builder, { path: join(cwd, 'whole') })
  whole = await contentOf(join(cwd, 'whole'))
  await planShards(builder, { home: join(cwd, 'planned'), of: SHARDS, seed: 7 })
  // The command as a scheduler finds it. Once for each file in DIE, it dies as a machine does.
  mkdirSync(join(cwd, 'bin'))
  writeFileSync(
    join(cwd, 'bin', 'run.mjs'),
    `import { readdirSync, rmSync } from 'node:fs'
const doomed = process.env.DIE ? readdirSync(process.env.DIE)[0] : undefined
if (doomed !== undefined) {
  rmSync(process.env.DIE + '/' + doomed)
  process.kill(process.pid, 'SIGKILL')
}
const { main } = await import(${JSON.stringify(MAIN)})
await main(['node', 'tracewright', ...process.argv.slice(2)])
`,
  )
  writeFileSync(join(cwd, 'bin', 'tracewright'), `#!/bin/sh\nexec '${process.execPath}' '${join(cwd, 'bin', 'run.mjs')}' "$@"\n`)
  chmodSync(join(cwd, 'bin', 'tracewright'), 0o755)
})
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

/** A home with the plan, nothing made yet. */
function homeFor(name: string): string {
  cpSync(join(cwd, 'planned'), join(cwd, name), { recursive: true })
  return join(cwd, name)
}

/** Run a program with the command on its path, to its end. */
function run(program: string, args: readonly string[], environment: { [name: string]: string } = {}): string {
  const PATH = `${join(cwd, 'bin')}${delimiter}${process.env['PATH']}`
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    env: { NODE_COMPILE_CACHE: COMPILED, ...process.env, PATH, ...environment },
    encoding: 'utf8',
  })
  expect(status, `${program} ${args.join(' ')}: ${stderr}${stdout}`).toBe(0)
  return stdout + stderr
}

async function expectWhole(home: string): Promise<void> {
  expect((await mergeShards(home)).missing).toEqual([])
  expect(await contentOf(home)).toEqual(whole)
}

it('scripts are well-formed (shellcheck, where it is installed)', () => {
  for (const name of shells) run('bash', ['-n', join(SCRIPTS, name)])
  if (has('shellcheck'))
    run(
      'shellcheck',
      shells.map(name => join(SCRIPTS, name)),
    )
  else console.warn('Left out: shellcheck is not installed')
  if (has('python3')) run('python3', ['-c', `import ast; ast.parse(open(${JSON.stringify(join(SCRIPTS, 'ray_shards.py'))}).read())`])
})

it('Slurm: tasks of an array make the shards, also where there are fewer tasks than shards', async () => {
  const home = homeFor('slurm')
  for (const task of [5, 4]) {
    const environment = { SLURM_ARRAY_TASK_ID: `${task}`, SLURM_ARRAY_TASK_MIN: '4', SLURM_ARRAY_TASK_COUNT: '2' }
    run('bash', [join(SCRIPTS, 'slurm.sh'), home, `${SHARDS}`], environment)
  }
  await expectWhole(home)
}, 60_000)

it('AWS Batch: what is submitted is an array whose children make the shards', async () => {
  const home = homeFor('batch')
  // Stands for the service: each child runs the command of the container, with its index.
  writeFileSync(
    join(cwd, 'bin', 'aws'),
    `#!/bin/bash
set -eu
while [ $# -gt 0 ]; do
  case $1 in
    --array-properties) size=\${2#size=} ;;
    --container-overrides) IFS=, read -ra command <<< "\${2#command=}" ;;
  esac
  shift
done
for index in $(seq 0 $((size - 1))); do AWS_BATCH_JOB_ARRAY_INDEX=$index "\${command[@]}"; done
`,
  )
  chmodSync(join(cwd, 'bin', 'aws'), 0o755)
  run(join(SCRIPTS, 'aws-batch.sh'), [home, `${SHARDS}`, 'queue', 'definition'])
  await expectWhole(home)
}, 60_000)

it('Kubernetes: the job is an indexed one, and its command makes a shard', async () => {
  const { apiVersion, kind, spec } = parse(readFileSync(join(SCRIPTS, 'kubernetes.yaml'), 'utf8'))
  const { restartPolicy, containers } = spec.template.spec
  expect([apiVersion, kind, spec.completionMode, restartPolicy]).toEqual(['batch/v1', 'Job', 'Indexed', 'Never'])
  const [program, ...args] = containers[0].command as string[]
  expect(args.at(-1)).toBe(`auto/${spec.completions}`)
  const home = homeFor('kubernetes')
  const here = args.map(arg => arg.replace(/^s3:.*/, home).replace(/^auto\/.*/, `auto/${SHARDS}`))
  for (const index of [2, 0, 1]) run(program!, here, { JOB_COMPLETION_INDEX: `${index}` })
  await expectWhole(home)
}, 60_000)

it.each([
  ['GNU parallel', 'parallel.sh', () => has('parallel')],
  ['Ray', 'ray_shards.py', () => has(process.env['RAY_PYTHON'] ?? 'python3', ['-c', 'import ray'])],
] as const)(
  '%s makes all shards, and again those that die',
  async (name, script, isThere) => {
    if (!isThere()) return console.warn(`Left out: ${name} is not installed`)
    const home = homeFor(script)
    const dying = join(cwd, `${script}-die`)
    mkdirSync(dying)
    for (const death of ['one', 'two']) writeFileSync(join(dying, death), '')
    if (script.endsWith('.py')) run(process.env['RAY_PYTHON'] ?? 'python3', [join(SCRIPTS, script), home, `${SHARDS}`], { DIE: dying })
    else run(join(SCRIPTS, script), [home, `${SHARDS}`, '2'], { DIE: dying })
    expect(readdirSync(dying)).toEqual([])
    await expectWhole(home)
  },
  120_000,
)

it('xargs: what died is made when it is started again', async () => {
  const home = homeFor('xargs')
  const dying = join(cwd, 'xargs-die')
  mkdirSync(dying)
  writeFileSync(join(dying, 'one'), '')
  const PATH = `${join(cwd, 'bin')}${delimiter}${process.env['PATH']}`
  const args = [home, `${SHARDS}`, '2']
  const first = spawnSync(join(SCRIPTS, 'xargs.sh'), args, { cwd, env: { NODE_COMPILE_CACHE: COMPILED, ...process.env, PATH, DIE: dying } })
  expect(first.status).not.toBe(0)
  expect(existsSync(join(dying, 'one'))).toBe(false)
  run(join(SCRIPTS, 'xargs.sh'), args)
  await expectWhole(home)
}, 60_000)
