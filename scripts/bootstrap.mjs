// Run a task of this repository on any machine with Node and npm: install what is missing, then run it under the project's own Node.
// Plain JavaScript without dependencies, because it runs before anything is installed and maybe under an old Node.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const bin = join(root, 'node_modules', '.bin')
const stamp = join(root, 'node_modules', '.tracewright-installed')
const lock = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex')

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  console.error('Installing dependencies …')
  // Not `npm ci`: it refuses a lock file that lacks an optional package of some other platform, which registries may not carry.
  run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'])
  writeFileSync(stamp, lock)
}

const tasks = process.argv[2].split(',')
for (const task of tasks) {
  const [command, ...args] = TASKS()[task] ?? []
  if (command === undefined) throw new Error(`Unknown task '${task}': expected one of ${Object.keys(TASKS()).join(', ')}`)
  // What is said behind `npm run x --` is meant for the last task.
  run(command, [...args, ...(task === tasks.at(-1) ? process.argv.slice(3) : [])])
}

function TASKS() {
  return {
    build: ['node', join(root, 'scripts', 'build.ts')],
    check: ['tsc', '--noEmit', '-p', root],
    'check-studio': ['tsc', '--noEmit', '-p', join(root, 'studio')],
    lint: ['biome', 'check', '--error-on-warnings', root],
    unused: ['knip'],
    package: ['publint', '--strict'],
    vitest: ['vitest', 'run'],
    demo: ['node', join(root, 'examples', 'demo.ts')],
    docs: ['node', join(root, 'scripts', 'docs.ts')],
    new: ['node', join(root, 'scripts', 'new.ts')],
    bench: ['node', join(root, 'bench', 'bench.ts')],
  }
}

function run(command, args) {
  // What one process or thread has compiled no other needs to.
  const env = { NODE_COMPILE_CACHE: join(tmpdir(), 'tracewright-compiled'), ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` }
  const result = spawnSync(command, args, { cwd: root, env, stdio: 'inherit', shell: process.platform === 'win32' })
  if (result.error) throw result.error
  if (result.status !== 0) process.exit(result.status ?? 1)
}
