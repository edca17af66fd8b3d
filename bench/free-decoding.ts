// What the fastest decoder there can be would gain: `node bench/free-decoding.ts DIR` (after a build) reads the same logs into a store as
// they are, with records that cost nothing to decode, and with long texts that cost nothing to encode and to hash either. Each in a
// process of its own that holds all records decoded, so that collecting garbage costs the same; CPU time of all threads.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'

const KINDS = ['as it is', 'records for nothing', 'records and long texts for nothing'] as const
const REPEATS = 3

/** Longer texts are not looked at. */
const LONG = 256

/** Edits of what is emitted, by the end of its URL. */
const RECORDS = {
  'rollout/log/lines.js': [
    ["withoutMark(bytes.toString('utf8'))", "(globalThis.known?.get(path)?.get(offset)?.text ?? withoutMark(bytes.toString('utf8')))"],
    ['= parseJson(text);', '= globalThis.known?.get(path)?.get(offset)?.value ?? parseJson(text);'],
  ],
}
const TEXTS = {
  ...RECORDS,
  // As many bytes of text as before, for what compresses them has to be paid all the same.
  'codec/parquet/bytes.js': [
    [
      'encode(value) {',
      `encode(value) {
        if (value.length > ${LONG} && value.length <= globalThis.sample.length) {
          if (this.piece.length - this.at < 4 + value.length) this.makeRoom(4 + value.length);
          globalThis.sample.copy(this.piece, this.at + 4, 0, value.length);
          this.piece.writeInt32LE(value.length, this.at);
          this.at += 4 + value.length;
          return;
        }`,
    ],
  ],
  'codec/parquet/shred.js': [['if (!value.isWellFormed())', `if (value.length <= ${LONG} && !value.isWellFormed())`]],
  'rollout/conversation/rolling-hash.js': [['whole(text) {', `whole(text) {\n        if (text.length > ${LONG}) return this.text(text);`]],
}

async function measure(logs: string, kind: (typeof KINDS)[number]): Promise<number> {
  const edits: { [file: string]: string[][] } = kind === KINDS[0] ? {} : kind === KINDS[1] ? RECORDS : TEXTS
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context)
      const file = Object.keys(edits).find(name => url.endsWith(`/dist/${name}`))
      if (file === undefined) return loaded
      let source = String(loaded.source)
      for (const [before, after] of edits[file]!) {
        if (!source.includes(before!)) throw new Error(`${file} does not hold: ${before}`)
        source = source.replace(before!, () => after!)
      }
      return { ...loaded, source }
    },
  })
  const held = recordsBelow(logs)
  Object.assign(globalThis, { [kind === KINDS[0] ? 'held' : 'known']: held.records, sample: held.sample })
  const { ingestToStore } = await import('../dist/dataset/store/ingest.js')
  const folder = mkdtempSync(join(tmpdir(), 'tracewright-bench-'))
  const before = process.cpuUsage()
  await ingestToStore({ format: 'auto', path: logs, folder: join(folder, 'store'), workers: 1 })
  const { user, system } = process.cpuUsage(before)
  rmSync(folder, { recursive: true, force: true })
  return (user + system) / 1e6
}

/** All records below a folder by file and offset, and some of their text. */
function recordsBelow(logs: string) {
  const records = new Map<string, Map<number, { text: string; value: unknown }>>()
  let sample = Buffer.alloc(0)
  for (const entry of readdirSync(logs, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.jsonl')) continue
    const path = join(entry.parentPath, entry.name)
    const bytes = readFileSync(path)
    const known = new Map<number, { text: string; value: unknown }>()
    for (let from = 0, at = bytes.indexOf(10); at >= 0; from = at + 1, at = bytes.indexOf(10, from)) {
      const text = bytes.toString('utf8', from, at)
      try {
        known.set(from, { text, value: JSON.parse(text) })
      } catch {
        // What is damaged is read as it always is.
      }
    }
    records.set(relative(logs, path), known)
    if (sample.length < 1 << 25) sample = Buffer.concat([sample, bytes])
  }
  return { records, sample }
}

const [logs, kind] = process.argv.slice(2)
if (kind === undefined) {
  const least = KINDS.map(() => Infinity)
  for (let i = 0; i < REPEATS; i++)
    for (const [k, name] of KINDS.entries()) {
      const { stdout, stderr } = spawnSync(process.execPath, [import.meta.filename, logs!, name], { encoding: 'utf8' })
      if (!(Number(stdout) > 0)) throw new Error(stderr)
      least[k] = Math.min(least[k]!, Number(stdout))
    }
  for (const [k, name] of KINDS.entries())
    console.log(`${name}: ${least[k]!.toFixed(2)} s of CPU, ${(least[0]! / least[k]!).toFixed(2)} × as fast`)
} else console.log(await measure(logs!, kind as (typeof KINDS)[number]))
