// Emit the package into dist/ when a source is newer than what was emitted: the library module by module with its types, and in
// dist/bundle/ the command line with its threads in few files, for it starts in half the time (docs/decisions/bundle.md). In dist/pages/
// are the pages of the studio, as a browser takes them.
import { spawnSync } from 'node:child_process'
import { globSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { rolldown } from 'rolldown'

const root = join(import.meta.dirname, '..')
const stamp = join(root, 'dist', '.built')
const newest = Math.max(
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'scripts/build.ts'].map(timeOf),
  ...['src', 'studio'].flatMap(folder =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(file => timeOf(join(folder, file))),
  ),
)
/** Where it is built, beside `dist/`, which it takes the place of when it is whole: others may build, or run what is there. */
const made = join(root, `dist-${process.pid}`)
if ((statSync(stamp, { throwIfNoEntry: false })?.mtimeMs ?? 0) < newest) {
  process.once('exit', () => rmSync(made, { recursive: true, force: true }))
  const types = ['-p', 'tsconfig.build.json', '--outDir', made]
  const { status, error } = spawnSync('tsc', types, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' })
  if (error !== undefined) throw error
  if (status !== 0) process.exit(status ?? 1)
  await bundle()
  await bundleStudio()
  writeFileSync(join(made, '.built'), '')
  utimesSync(join(made, '.built'), new Date(), new Date(Math.ceil(newest))) // what was written meanwhile is not in it
  takeThePlaceOf(join(root, 'dist'))
}

function takeThePlaceOf(dist: string): void {
  for (let tries = 0; ; tries++)
    try {
      rmSync(dist, { recursive: true, force: true })
      renameSync(made, dist)
      return
    } catch (error) {
      if (tries === 9) throw error // somebody else's was there first, nine times
    }
}

function timeOf(file: string): number {
  return statSync(join(root, file)).mtimeMs
}

async function bundle(): Promise<void> {
  // Of what was emitted: the oldest Node that package.json names knows no `using`, and the compiler has written it out.
  const threads = globSync('**/*-worker.js', { cwd: made }).map(file => `./${file}`)
  const build = await rolldown({
    cwd: made,
    input: { index: './index.js', cli: './cli/main.js', ...Object.fromEntries(threads.map(file => [basename(file, '.js'), file])) },
    platform: 'node',
    external: /^[^./]/,
    preserveEntrySignatures: 'strict',
    checks: { ineffectiveDynamicImport: false },
  })
  await build.write({
    dir: join(made, 'bundle'),
    format: 'esm',
    comments: false,
    codeSplitting: { groups: loadedTogether() },
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
  })
  await build.close()
}

/**
 * Modules that are put in one file: every file of its own takes half a millisecond of a start. First what the command line starts with,
 * then what commands that read logs and others load, then what those that read logs load alone.
 */
function loadedTogether() {
  const entries = ['cli/main.js', 'dataset/stage/stage-worker.js'] // run when they are loaded, and so are loaded alone
  const reading = loadedBy(['cli/ingest/ingest-rows.js', 'dataset/stage/stage-worker.js'])
  const later = globSync('**/*.js', { cwd: made, exclude: ['bundle/**'] }).flatMap(file => importedLater(join(made, file)))
  const others = new Set<string>()
  for (const loaded of later.map(file => loadedBy([file])))
    if (!loaded.has(join(made, 'rollout', 'known-formats.js'))) for (const file of loaded) others.add(file)
  const groups = { start: loadedBy(['cli/main.js']), ground: reading.intersection(others), logs: reading }
  for (const loaded of Object.values(groups)) for (const entry of entries) loaded.delete(join(made, entry))
  return Object.entries(groups).map(([name, loaded], i) => ({ name, test: (module: string) => loaded.has(module), priority: 9 - i }))
}

/** These modules, and those that they load at once. */
function loadedBy(files: readonly string[]): Set<string> {
  const loaded = new Set(files.map(file => join(made, file)))
  const statement = /^(?:import|export) (?:[\w\s{},*$]+ from )?['"](\.[^'"]+)['"]/gm
  for (const file of loaded) for (const [, path] of readFileSync(file, 'utf8').matchAll(statement)) loaded.add(join(dirname(file), path!))
  return loaded
}

/** The modules that a module loads when it needs them, as paths below what was made. */
function importedLater(file: string): string[] {
  const paths = [...readFileSync(file, 'utf8').matchAll(/\bimport\('(\.[^']+\.js)'\)/g)].map(([, path]) => join(dirname(file), path!))
  return paths.map(path => relative(made, path))
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
    dir: join(made, 'pages'),
    format: 'esm',
    minify: true,
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
  })
  await build.close()
  const style = globSync('studio/style/*.css', { cwd: root }).sort()
  writeFileSync(join(made, 'pages', 'studio.css'), style.map(file => readFileSync(join(root, file), 'utf8')).join('\n'))
  // Their licences want to go where their code goes.
  const licences = ['preact', '@tanstack/virtual-core'].map(
    name => `${name}\n\n${readFileSync(join(root, 'node_modules', name, 'LICENSE'), 'utf8')}`,
  )
  writeFileSync(join(made, 'pages', 'THIRD-PARTY.txt'), licences.join('\n\n'))
}
