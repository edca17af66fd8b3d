import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const from = (path: string) => JSON.stringify(new URL(path, import.meta.url).href)

/** A format whose logs do to their thread what their names say. */
const FORMAT = `
import { existsSync, writeFileSync } from 'node:fs'
import { defineFormat } from ${from('../../rollout/format.ts')}
const until = async condition => { while (!condition()) await new Promise(resolve => setTimeout(resolve, 20)) }
const fall = () => { throw new Error('it fell') }
export const extensions = { formats: [defineFormat({
  name: 'falling', title: 'Falling', version: 1, evidence: 'source',
  gives: { lineage: [], usage: 'none', tools: false, reasoning: [], images: false, outcome: [] },
  example: () => ({}), roots: [], patterns: ['*.fall'], sniff: () => true,
  discover: async (_source, files) => files.map(file => ({ key: file, files: [file] })),
  async *parse({ key }) {
    const gone = import.meta.dirname + '/gone'
    if (key === 'late.fall') {
      process.once('exit', () => writeFileSync(gone, ''))
      setTimeout(fall, 100)
    }
    if (key === 'at-once.fall') {
      await until(() => existsSync(gone))
      setTimeout(fall, 300)
      await new Promise(() => {})
    }
  },
  dataDesigner: null,
})] }
`

/** Stages three logs on two threads: a batch of one, and a batch of two. */
const PROGRAM = `
import { useExtensions } from ${from('../use-extensions.ts')}
import { formatNamed } from ${from('../../rollout/known-formats.ts')}
import { DEFAULT_PARSE_OPTIONS } from ${from('../../rollout/format.ts')}
import { Source } from ${from('../../rollout/log/source.ts')}
import { stageUnits } from ${from('./pool.ts')}
const folder = process.argv[2]
await useExtensions([folder + '/falling.mjs'])
const source = new Source(folder)
const refs = ['late', 'at-once', 'fine'].map(name => ({
  format: formatNamed('falling'), source, unit: { key: name + '.fall', files: [name + '.fall'] }, resumeAs: null,
}))
const stage = { parse: DEFAULT_PARSE_OPTIONS, compat: false, recursive: true, store: null, shape: { form: 'lines', types: null }, facts: false }
let files = 0
const options = { workers: 2, taken: [], files: { next: () => folder + '/rows-' + files++ } }
for await (const { units } of stageUnits(refs, stage, options))
  for (const { ref, staged } of units) console.log(ref.unit.key, staged.failed, staged.rejects.map(({ reason }) => reason).join())
`

it('a thread that falls when it is done is not given more', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tracewright-pool-'))
  try {
    for (const name of ['late', 'at-once', 'fine']) writeFileSync(join(folder, `${name}.fall`), '{}\n')
    truncateSync(join(folder, 'late.fall'), 5 << 20) // a batch of its own
    writeFileSync(join(folder, 'falling.mjs'), FORMAT)
    writeFileSync(join(folder, 'program.mjs'), PROGRAM)
    const args = ['--disable-warning=ExperimentalWarning', join(folder, 'program.mjs'), folder]
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 30_000 })
    expect(stdout.trim().split('\n')).toEqual([
      'late.fall false Empty file',
      'at-once.fall true Cannot parse Falling log: it fell',
      'fine.fall false Empty file',
    ])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
