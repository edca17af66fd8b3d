// The thread behind pool.ts: parses the units it is given, one after the other, and writes their rows to a file.
import { parentPort, workerData } from 'node:worker_threads'
import { messageOf, TracewrightError } from '../../errors.ts'
import { writeJson } from '../../json/exact.ts'
import type { Unit } from '../../rollout/format.ts'
import { formatNamed } from '../../rollout/known-formats.ts'
import { hear, type Neighbours } from '../../rollout/log/neighbours.ts'
import { Source } from '../../rollout/log/source.ts'
import type { StagedPart } from './staged-rows.ts'
import { type StagedUnit, type StageOptions, Stager } from './stager.ts'

/** What a thread is asked: stage these units in this file. `taken`: ids that rows have claimed since it was asked last. */
export type Task = { file: string; taken: string[]; units: { format: string; root: string; unit: Unit; resumeAs: string | null }[] }

/**
 * What a thread answers, as JSON: to copy the objects would take several times as long. `ready` when it has started; to each task what
 * came of its units, in order and many at a time, for to be told takes longer than to parse a small log, then where all their rows are;
 * or what ended the run.
 */
export type Answer = { ready: true } | { units: StagedUnit[] } | { parts: StagedPart[] } | { failed: { kind: string; message: string } }

/** What a thread is started with. `extensions`: modules that add formats. `at`: the number of the unit it is at, within its task, which outlives it; `neighbours`: by root. */
export type ThreadData = {
  stage: StageOptions
  extensions: readonly string[]
  at: Int32Array
  neighbours: ReadonlyMap<string, Neighbours>
}

const { stage: options, extensions, at, neighbours } = workerData as ThreadData
const takenIds = new Set<string>()
const sources = new Map<string, Source>()

function sourceOf(root: string): Source {
  const known = sources.get(root)
  if (known !== undefined) return known
  const source = new Source(root)
  const told = neighbours.get(root)
  if (told !== undefined) hear(source, told)
  sources.set(root, source)
  return source
}

async function work({ file, taken, units }: Task): Promise<void> {
  for (const id of taken) takenIds.add(id)
  const answer = (message: Answer) => parentPort!.postMessage(writeJson(message))
  const stager = new Stager(file, options, takenIds)
  let waiting: string[] = []
  let characters = 0
  const send = () => {
    parentPort!.postMessage(`{"units":[${waiting.join(',')}]}`)
    waiting = []
    characters = 0
  }
  try {
    using _stager = stager
    for (const [i, { format, root, unit, resumeAs }] of units.entries()) {
      Atomics.store(at, 0, i)
      const told = writeJson(await stager.stage({ format: formatNamed(format), source: sourceOf(root), unit, resumeAs }))
      if (characters > 0 && characters + told.length > ANSWER_CHARACTERS) send()
      waiting.push(told)
      characters += told.length
    }
    send()
    answer({ parts: await stager.finish() })
  } catch (error) {
    answer({ failed: { kind: error instanceof TracewrightError ? error.kind : 'defect', message: messageOf(error) } })
  }
}

/** Characters of answers that wait to be sent together. */
const ANSWER_CHARACTERS = 1 << 20

if (extensions.length > 0) await (await import('../use-extensions.ts')).useExtensions(extensions)
parentPort?.on('message', (task: Task) => void work(task))
parentPort?.postMessage(JSON.stringify({ ready: true } satisfies Answer))
