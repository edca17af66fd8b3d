import { isObject } from '../../../json/json.ts'
import { sourceAt } from '../../../json/source-text.ts'
import { Ledger } from '../../log/ledger.ts'
import { readLines } from '../../log/lines.ts'
import type { Source } from '../../log/source.ts'
import { type Entry, entryOfItem } from './entry.ts'
import { isOfModel } from './voices/of-model.ts'
import type { Voices } from './voices/voices.ts'

/**
 * What the model was given at the end: the newest history that replaced an older one, and what came after it. A compaction that recorded
 * no such history left the harness's first messages, the requests and the summary; one that no turn follows has replaced nothing yet.
 */
export async function asSent(source: Source, entries: readonly Entry[], voices: Voices): Promise<Entry[]> {
  const lastTurn = entries.findLastIndex(entry => isOfModel(entry) || voices.isRequest(entry))
  const last = entries.findLastIndex((entry, i) => i < lastTurn && entry.kind === 'compacted' && entry.payload['replaced'] === true)
  let history: Entry[] = []
  if (last >= 0) {
    const compacted = entries[last]!
    history = [...contextBefore(entries, last), boundaryAt(compacted), ...(await replacementOf(source, compacted))]
  }
  for (const [i, entry] of entries.entries()) {
    if (i <= last) continue
    if (entry.kind !== 'compacted' || i > lastTurn) history.push(entry)
    else history = [...withoutAnswers(history, voices), entry]
  }
  return history
}

/** The settings that hold at a point. */
function contextBefore(entries: readonly Entry[], index: number): Entry[] {
  const at = entries.findLastIndex((entry, i) => i < index && entry.kind === 'context')
  return at < 0 ? [] : [entries[at]!]
}

function boundaryAt(compacted: Entry): Entry {
  return { ...compacted, payload: { message: null } }
}

function withoutAnswers(history: readonly Entry[], voices: Voices): Entry[] {
  const firstRequest = history.findIndex(entry => voices.isRequest(entry))
  return history.filter(
    (entry, i) =>
      entry.kind === 'context' || (entry.kind === 'item' && (voices.isRequest(entry) || (i < firstRequest && entry.type === 'message'))),
  )
}

/** Read the one record again whose history is wanted: keeping all of them would keep the whole thread many times over. */
async function replacementOf(source: Source, compacted: Entry): Promise<Entry[]> {
  const { file, line, offset } = compacted.place
  const ledger = new Ledger({ key: file, files: [file] })
  const start = { offset: offset ?? 0, line }
  for await (const { record, text } of readLines(source, file, ledger, { isRecord: () => true, start })) {
    const history = isObject(record['payload']) ? record['payload']['replacement_history'] : null
    if (!Array.isArray(history)) return []
    return history.flatMap((item, i) => {
      if (!isObject(item)) return []
      const itemText = INPUTS.some(key => isObject(item[key])) ? sourceAt(text, ['payload', 'replacement_history', i]) : null
      return entryOfItem(compacted.place, item, compacted.timestamp, itemText ?? '') ?? []
    })
  }
  return []
}

/** Where an item holds what may be an object, whose source text is wanted. */
const INPUTS = ['arguments', 'action', 'input']
