import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { importsOf, root, sources, textOf } from './sources.ts'

const manifest = JSON.parse(textOf('package.json')) as {
  dependencies: { [name: string]: string }
  devDependencies: { [name: string]: string }
  peerDependencies?: { [name: string]: string }
  exports: { [entry: string]: unknown }
}

it('all versions are exact', () => {
  const loose = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
    ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
  )
  expect(loose).toEqual([])
})

it('every runtime dependency is used, and has its reason in docs/dependencies.md', () => {
  const used = new Set(
    sources.flatMap(importsOf).map(name =>
      name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/'),
    ),
  )
  const peers = Object.keys(manifest.dependencies).flatMap(dependency => {
    const { peerDependencies = {} } = JSON.parse(textOf(`node_modules/${dependency}/package.json`)) as { peerDependencies?: object }
    return Object.keys(peerDependencies)
  })
  const page = textOf('docs/dependencies.md')
  for (const name of Object.keys(manifest.dependencies)) {
    expect([...used, ...peers], `${name} is imported, or a dependency needs it beside itself`).toContain(name)
    expect(page, name).toMatch(new RegExp(`\\| \`${name.replace('/', '\\/')}\` \\| \\S`))
  }
})

it('the lock file names no registry', () => {
  expect(textOf('package-lock.json')).not.toMatch(/"resolved"/)
})

it('an old Node gets one sentence', () => {
  const program = `Object.defineProperty(process.versions, 'node', { value: '20.20.2' }); await import(${JSON.stringify(join(root, 'bin', 'tracewright.mjs'))})`
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
  expect(stderr.trim()).toBe(
    'tracewright needs Node 22.19 or newer; this is Node 20.20.2. Install a newer Node (nodejs.org) and try again.',
  )
  expect(status).toBe(1)
})
