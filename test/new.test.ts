import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SKELETONS } from '../scripts/skeletons.ts'
import { root, textOf } from './sources.ts'

/** A copy of the repository in which new things can be made. */
let copy: string
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'tracewright-new-'))
  for (const name of [
    'src',
    'scripts',
    'docs',
    'test',
    'studio',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'vitest.config.ts',
    'biome.json',
  ])
    cpSync(join(root, name), join(copy, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
})
afterAll(() => rmSync(copy, { recursive: true, force: true }))

const run = (...args: string[]) => spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8' })

describe('npm run new', () => {
  it('makes one of each kind, which its contract, the types and the rules of the repository take', () => {
    const kinds = Object.keys(SKELETONS)
    for (const kind of kinds) {
      const made = run('scripts/new.ts', kind, 'paper-kite')
      expect(made.stderr).toBe('')
      expect(made.stdout).toContain(SKELETONS[kind]!('paper-kite').contract)
    }
    run('scripts/docs.ts')
    for (const kind of kinds) {
      const { page, registry } = SKELETONS[kind]!('paper-kite')
      expect(readFileSync(join(copy, page), 'utf8'), `${page}, of ${registry.path}`).toMatch(/paper[-_]kite/)
    }
    const contracts = kinds.map(kind => SKELETONS[kind]!('paper-kite').contract)
    mkdirSync(join(copy, 'dist'), { recursive: true })
    writeFileSync(join(copy, 'dist', '.built'), '') // nothing of what is tried here starts the command line
    const tests = [...contracts, 'src/rollout/find.test.ts', 'test/layers.test.ts', 'test/files.test.ts', 'test/docs.test.ts']
    execFileSync(
      join(root, 'node_modules/.bin/vitest'),
      ['run', '--maxWorkers=1', '--update=new', '--testNamePattern', 'paper.kite|every|files|folder|auto', ...tests],
      {
        cwd: copy,
        encoding: 'utf8',
      },
    )
    const types = run(join(root, 'node_modules/typescript/bin/tsc'), '--noEmit', '-p', '.')
    expect(types.stdout.split('\n').filter(line => line.includes('paper-kite'))).toEqual([])
    const style = run(join(root, 'node_modules/@biomejs/biome/bin/biome'), 'check', 'src')
    expect(style.stdout + style.stderr).not.toMatch(/paper-kite/)
  }, 120_000)

  it('is told of with all that it makes', () => {
    expect(textOf('AGENTS.md')).toContain(`npm run new ${Object.keys(SKELETONS).join('|')} NAME`)
  })

  it('says what it cannot make, and touches nothing that is there', () => {
    expect(run('scripts/new.ts', 'colum', 'x').stderr).toContain(
      `Cannot make a new 'colum': expected one of ${Object.keys(SKELETONS).join(', ')}`,
    )
    expect(run('scripts/new.ts', 'column', 'Word_Count').stderr).toContain('expected a name in kebab case')
    expect(run('scripts/new.ts', 'column', 'llm-text')).toMatchObject({ status: 1, stderr: expect.stringContaining('it is there already') })
  })
})
