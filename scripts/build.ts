// Emit the package into dist/ when a source is newer than what was emitted: the library module by module with its types, and in
// dist/bundle/ the command line with its threads in few files, for it starts in half the time (docs/decisions/bundle.md). In dist/pages/
// are the pages of the studio, as a browser takes them.
import { spawnSync } from 'node:child_process'
import { globSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { rolldown } from 'rolldown'

const root = join(import.meta.dirname, '..')
const stamp = join(root, 'dist', '.built')
const newest = Math.max(
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'scripts/build.ts'].map(timeOf),
  ...['src', 'studio'].flatMap(folder =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(file => timeOf(join(folder, file))),
  ),
)
if ((statSync(stamp, { throwIfNoEntry: false })?.mtimeMs ?? 0) < newest) {
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  const { status } = spawnSync('tsc', ['-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' })
  if (status !== 0) process.exit(status ?? 1)
  await bundle()
  await bundleStudio()
  writeFileSync(stamp, '')
}

function timeOf(file: string): number {
  return statSync(join(root, file)).mtimeMs
}

async function bundle(): Promise<void> {
  // Of what was emitted: the oldest Node that package.json names knows no `using`, and the compiler has written it out.
  const threads = globSync('dist/**/*-worker.js', { cwd: root })
  const build = await rolldown({
    cwd: root,
    input: { index: 'dist/index.js', cli: 'dist/cli/main.js', ...Object.fromEntries(threads.map(file => [basename(file, '.js'), file])) },
    platform: 'node',
    external: /^[^./]/,
    preserveEntrySignatures: 'strict',
    checks: { ineffectiveDynamicImport: false },
  })
  await build.write({ dir: join(root, 'dist', 'bundle'), format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' })
  await build.close()
}

async function bundleStudio(): Promise<void> {
  const build = await rolldown({
    cwd: root,
    input: { studio: 'studio/main.tsx' },
    platform: 'browser',
    tsconfig: join(root, 'studio', 'tsconfig.json'),
    transform: { target: 'es2023' },
  })
  await build.write({
    dir: join(root, 'dist', 'pages'),
    format: 'esm',
    minify: true,
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
  })
  await build.close()
  const style = globSync('studio/style/*.css', { cwd: root }).sort()
  writeFileSync(join(root, 'dist', 'pages', 'studio.css'), style.map(file => readFileSync(join(root, file), 'utf8')).join('\n'))
  // Their licences want to go where their code goes.
  const licences = ['preact', '@tanstack/virtual-core'].map(
    name => `${name}\n\n${readFileSync(join(root, 'node_modules', name, 'LICENSE'), 'utf8')}`,
  )
  writeFileSync(join(root, 'dist', 'pages', 'THIRD-PARTY.txt'), licences.join('\n\n'))
}
