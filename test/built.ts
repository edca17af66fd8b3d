import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from './sources.ts'

/** Build what is older than the sources, once before the tests that start it: a type that is wrong ends them here. */
export function setup(): void {
  execFileSync(process.execPath, [join(root, 'scripts', 'build.ts')], {
    stdio: 'inherit',
    env: { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}:${process.env['PATH']}` },
  })
}
