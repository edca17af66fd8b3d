// Emit the package into dist/ when a source is newer than what was emitted.
import { spawnSync } from 'node:child_process'
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const stamp = join(root, 'dist', '.built')
const newest = Math.max(
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'].map(file => statSync(join(root, file)).mtimeMs),
  ...readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).map(file => statSync(join(root, 'src', file)).mtimeMs),
)
if ((statSync(stamp, { throwIfNoEntry: false })?.mtimeMs ?? 0) < newest) {
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  const { status } = spawnSync('tsc', ['-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' })
  if (status !== 0) process.exit(status ?? 1)
  writeFileSync(stamp, '')
}
