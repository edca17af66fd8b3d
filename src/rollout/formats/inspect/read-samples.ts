import { messageOf } from '../../../errors.ts'
import { isObject, type Json, type JsonObject } from '../../../json/json.ts'
import { setOwn } from '../../../json/own.ts'
import type { ParseJob } from '../../format.ts'
import { type DocumentPath, readDocument, walkDocument } from '../../log/document.ts'
import type { Source } from '../../log/source.ts'
import { unpackMember, type ZipMember } from '../../log/zip.ts'
import { membersOf } from './discover.ts'
import { Sample, takingOf } from './sample.ts'

/** A sample with what is known of the evaluation it was a part of. */
export type Read = { sample: Sample; log: JsonObject }

/** The samples of a document, as they come. What is known of the evaluation stands before them. */
export async function* readDocumentOf({ source, ledger }: ParseJob, file: string): AsyncIterable<Read> {
  const log: JsonObject = {}
  let position = 0
  const next = () => ++position
  const place = ledger.read(file, 0, 0)
  ledger.settle(place, 'metadata', 'what is known of the evaluation')
  let sample: Sample | null = null
  const taking = (path: DocumentPath) => {
    if (path[0] !== 'samples') return path.length === 0 ? 'enter' : path[0] === 'reductions' ? 'skip' : 'whole'
    return path.length < 3 ? 'enter' : takingOf(path.slice(2))
  }
  for await (const part of readDocument(source, file, ledger, taking)) {
    const isIn = part.path[0] === 'samples' && part.path.length >= 2
    if (part.kind === 'open' && isIn && part.path.length === 2) sample = new Sample(ledger, file, next)
    else if (part.kind === 'value' && isIn) sample?.take(part.path.slice(2), part.value, part.text, part.offset)
    else if (part.kind === 'value' && part.path.length === 1) setOwn(log, String(part.path[0]), part.value)
    else if (part.kind === 'damage' && sample !== null) sample.damage(part)
    else if (part.kind === 'damage') ledger.settle(ledger.read(file, next(), part.offset), 'unparsed', part.reason)
    else if (part.kind === 'close' && sample !== null && part.path[0] === 'samples' && part.path.length === 2) {
      yield { sample, log }
      sample = null
    }
  }
  if (sample !== null) yield { sample, log }
}

/** One sample of an archive: a file, or a folder of pieces. */
export async function readMember(job: ParseJob, file: string, name: string): Promise<Read> {
  const members = membersOf(job.source, file)
  let position = 0
  const sample = new Sample(job.ledger, file, () => ++position)
  const whole = members.get(`${name}.json`)
  if (whole !== undefined) await readInto(job, file, whole, sample, path => path)
  else await readPieces(job, file, name, members, sample)
  return { sample, log: await logOf(job.source, file, members) }
}

/** Messages lie in pieces that are named for the position of their first, which the sample names by ranges. */
async function readPieces(
  job: ParseJob,
  file: string,
  name: string,
  members: ReadonlyMap<string, ZipMember>,
  sample: Sample,
): Promise<void> {
  const shell = members.get(`${name}/sample.json`)
  if (shell !== undefined) await readInto(job, file, shell, sample, path => path)
  const metadata = members.get(`${name}/metadata.json`)
  if (metadata !== undefined) await readInto(job, file, metadata, sample, path => ['metadata', ...path], true)
  const refs = sample.head['message_refs']
  const isSaid = (at: number) => !Array.isArray(refs) || refs.some(ref => Array.isArray(ref) && at >= Number(ref[0]) && at < Number(ref[1]))
  for (const folder of ['attachments', 'messages', 'events'] as const)
    for (const [start, member] of piecesIn(members, `${name}/${folder}/`))
      await readInto(job, file, member, sample, path => {
        const at = start + Number(path[0])
        if (folder !== 'messages') return [folder, at, ...path.slice(1)]
        return isSaid(at) ? ['messages', at, ...path.slice(1)] : ['events_data', 'messages', at, ...path.slice(1)]
      })
}

function piecesIn(members: ReadonlyMap<string, ZipMember>, folder: string): [number, ZipMember][] {
  const found = [...members.values()].flatMap((member): [number, ZipMember][] => {
    const start = member.name.startsWith(folder) ? /^(\d+)\.json$/.exec(member.name.slice(folder.length))?.[1] : undefined
    return start === undefined ? [] : [[Number(start), member]]
  })
  return found.sort(([a], [b]) => a - b)
}

/** Read a file of an archive into a sample; `at`: where its values belong. What is damaged costs what stands behind the damage. */
async function readInto(
  { source, ledger }: ParseJob,
  file: string,
  member: ZipMember,
  sample: Sample,
  at: (path: DocumentPath) => DocumentPath,
  isWhole = false,
): Promise<void> {
  const pooled = sample.pool
  try {
    const taking = (path: DocumentPath) => (isWhole && path.length === 0 ? 'whole' : takingOf(path.length === 0 ? [] : at(path)))
    for await (const part of walkDocument(unpackMember(source, file, member), ledger, taking)) {
      if (part.kind === 'damage') sample.damage(part)
      if (part.kind !== 'value') continue
      sample.kept += part.text.length
      if (sample.kept > MAX_KEPT) throw new Error(`a sample holds more than ${MAX_KEPT} characters`)
      const path = at(part.path)
      sample.take(path, part.value, part.text, part.offset)
      // Calls name messages of the conversation, too, by their position among all.
      if (path[0] === 'messages' && path.length === 2 && isObject(part.value)) pooled[Number(path[1])] = part.value
    }
  } catch (error) {
    sample.damage({ kind: 'damage', path: [], reason: 'damaged archive', offset: member.offset, bytes: 0 })
    sample.diagnostics.push({ code: 'damaged_archive', at: `${file}#${member.name}`, detail: messageOf(error) })
  }
}

/** What is known of an evaluation; of one that broke off, what it was begun with. */
export function logOf(source: Source, file: string, members: ReadonlyMap<string, ZipMember>): Promise<JsonObject> {
  return source.shared(`inspect log ${file}`, async () => {
    const member = members.get('header.json') ?? members.get('_journal/start.json')
    if (member === undefined || member.packed > MAX_HEADER) return {}
    const log: JsonObject = {}
    try {
      const taking = (path: DocumentPath) => (path.length === 0 ? 'enter' : path[0] === 'reductions' ? 'skip' : 'whole')
      for await (const part of walkDocument(unpackMember(source, file, member, MAX_HEADER), null, taking))
        if (part.kind === 'value' && part.path.length === 1) setOwn(log, String(part.path[0]), part.value as Json)
    } catch {
      // What came before is known.
    }
    return log
  })
}

const MAX_HEADER = 64 << 20

/** A sample becomes one row, which is held as a whole. */
const MAX_KEPT = 512 << 20
