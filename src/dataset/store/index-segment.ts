// A file of the index. Its first line tells of all its units at once whether they have to be read again, a list for each property: where no log
// changed, no more is read of it. Then comes a line for each unit: what came of it. Older files have a line for each with all of that.
import { readSync } from 'node:fs'
import { closingFile } from '../../disk/closing-file.ts'
import { readText } from '../../disk/read-file.ts'
import { openToRead } from '../../disk/regular-file.ts'
import { TracewrightError } from '../../errors.ts'
import { isObject, parseJson } from '../../json/json.ts'
import { type Came, type Entry, entryId, type Reading } from './entries.ts'

/** Readings of units, by property. */
type Readings = {
  /** Which formats, of which versions, read what lies below which roots. */
  origins: Pick<Reading, 'format' | 'version' | 'root'>[]
  /** For each unit the number of its origin. */
  of: number[]
  /** The key, which is the path of the one file nearly every unit is. */
  keys: string[]
  /** States of these files. */
  sizes: number[]
  times: number[]
  inodes: number[]
  /** When each was read. */
  at: number[]
  /** 1 where `isSilent`, which hangs on how it was read. */
  silent: number[]
  /** What else there is to say of a unit, by its number. */
  more: { [unit: number]: Partial<Reading> }
}

/** The text of a file of the index. */
export function segmentOf(entries: readonly Entry[]): string {
  const readings: Readings = { origins: [], of: [], keys: [], sizes: [], times: [], inodes: [], at: [], silent: [], more: {} }
  const origins = new Map<string, number>()
  const lines = entries.map((entry, i) => {
    const { format, version, root, key, files, at, isSilent, ...rest } = entry.reading
    const name = `${format}\n${version}\n${root}`
    if (!origins.has(name)) origins.set(name, readings.origins.push({ format, version, root }) - 1)
    const [path, size, time, inode] = files[0] ?? ['', 0, 0, 0]
    readings.of.push(origins.get(name)!)
    readings.keys.push(key)
    readings.sizes.push(size)
    readings.times.push(time)
    readings.inodes.push(inode)
    readings.at.push(at)
    readings.silent.push(isSilent ? 1 : 0)
    const isOneFile = files.length === 1 && path === key
    if (!isOneFile || !isPlain(rest)) readings.more[i] = isOneFile ? rest : { ...rest, files }
    return `\n${entry instanceof StoredEntry ? entry.line() : JSON.stringify(entry.came)}`
  })
  return `${JSON.stringify(readings)}${lines.join('')}\n`
}

/** What is said of nearly every unit. */
const PLAIN: Omit<Reading, 'format' | 'version' | 'root' | 'key' | 'files' | 'at' | 'isSilent'> = {
  member: null,
  others: [],
  absent: [],
  guard: null,
  gone: null,
  isOld: false,
}

function isPlain({ member, others, absent, guard, gone, isOld }: typeof PLAIN): boolean {
  return member === null && others.length === 0 && absent.length === 0 && guard === null && gone === null && !isOld
}

/** The entries in a file of the index, by id. */
export function* entriesIn(path: string): Iterable<[id: string, entry: Entry]> {
  const first = firstLine(path)
  if (first === '') return
  const readings = JSON.parse(first) as Readings | (Reading & Came)
  if ('origins' in readings) {
    const segment = new Segment(path, readings)
    for (let i = 0; i < readings.keys.length; i++) yield [segment.id(i), new StoredEntry(segment, i)]
  } else for (const entry of olderEntries(path)) yield [entryId(entry.reading), entry]
}

function olderEntries(path: string): Entry[] {
  const lines = readText(path).split('\n')
  return lines.flatMap(line => {
    if (line === '') return []
    const { rows, rejects, ...reading } = JSON.parse(line) as Reading & Came
    return { reading: { ...reading, isSilent: false, isOld: rows.some(row => row.copies === undefined) }, came: { rows, rejects } }
  })
}

function firstLine(path: string): string {
  const file = openToRead(path)
  using _file = closingFile(file)
  const pieces: Buffer[] = []
  for (let end = -1; end < 0; ) {
    const piece = Buffer.allocUnsafeSlow(PIECE)
    const read = piece.subarray(0, readSync(file, piece, 0, PIECE, null))
    end = read.length === 0 ? 0 : read.indexOf('\n')
    pieces.push(end < 0 ? read : read.subarray(0, end))
  }
  return Buffer.concat(pieces).toString('utf8')
}

const PIECE = 1 << 20

/** A file of the index, of which so much is decoded as is asked for. */
class Segment {
  private readonly path: string
  private readonly readings: Readings
  private lines: string[] | null = null

  constructor(path: string, readings: Readings) {
    this.path = path
    this.readings = readings
  }

  id(unit: number): string {
    const { origins, of, keys, more } = this.readings
    const { format, root } = origins[of[unit]!]!
    return entryId({ format, root, key: keys[unit]!, member: more[unit]?.member })
  }

  reading(unit: number): Reading {
    const { origins, of, keys, sizes, times, inodes, at, silent, more } = this.readings
    const { format, version, root } = origins[of[unit]!]!
    const key = keys[unit]!
    const files: Reading['files'] = [[key, sizes[unit]!, times[unit]!, inodes[unit]!]]
    const plain = { format, version, root, key, files, at: at[unit]!, isSilent: silent[unit] === 1, ...PLAIN }
    return unit in more ? { ...plain, ...more[unit]! } : plain
  }

  line(unit: number): string {
    this.lines ??= readText(this.path).split('\n')
    return this.lines[unit + 1] ?? ''
  }

  came(unit: number): Came {
    const came = parseJson(this.line(unit))
    if (isObject(came) && Array.isArray(came['rows']) && Array.isArray(came['rejects'])) return came as unknown as Came
    throw new TracewrightError('file', `Cannot read store: its index is damaged: found no rows of '${this.readings.keys[unit]}'`, {
      where: `${this.path}:${unit + 2}`,
      hint: 'Take it from a copy of the store, or ingest the logs into another folder',
    })
  }
}

/** An entry as it stands in a file. */
class StoredEntry implements Entry {
  private readonly segment: Segment
  private readonly unit: number
  private decoded: Came | null = null

  constructor(segment: Segment, unit: number) {
    this.segment = segment
    this.unit = unit
  }

  get reading(): Reading {
    return this.segment.reading(this.unit)
  }

  get came(): Came {
    this.decoded ??= this.segment.came(this.unit)
    return this.decoded
  }

  line(): string {
    return this.segment.line(this.unit)
  }
}
