import { posix } from 'node:path'
import { isObject, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { sourceAt } from '../../../json/source-text.ts'
import { ChatDialogue, restOf } from '../../conversation/chat-dialogue.ts'
import { partsOfResponse, tellMessage } from '../../conversation/chat-message.ts'
import type { EndingFacts } from '../../conversation/ending.ts'
import type { ParseJob } from '../../format.ts'
import { type Entry, readEntries } from '../../log/entries.ts'
import { plainName } from '../../log/plain-name.ts'
import type { Chat } from './chat.ts'
import { parentByPlace } from './lineage.ts'
import { isCursorRecord } from './sniff.ts'

/** Read a transcript: what was said and called, without results, times or models as a rule. */
export async function readTranscript(job: ParseJob, file: string): Promise<Chat> {
  const parent = parentByPlace(file)
  const dialogue = new ChatDialogue(job.ledger, file, parent === null ? 'human' : 'agent')
  const ending: EndingFacts = { isSilent: true }
  for (const entry of await readEntries(job, file, { isRecord: isCursorRecord })) {
    const { record, place } = entry
    const { type } = record
    if (type === 'turn_ended') {
      Object.assign(ending, endingOf(record))
      if (ending.isInterrupted) dialogue.cut('interruption')
      job.ledger.settle(place, 'metadata', 'end of a turn')
    } else if (type === 'error') {
      dialogue.conversation.diagnose('error', place, record['error'] ?? null)
      Object.assign(ending, { error: { message: record['error'] ?? null } })
      job.ledger.settle(place, 'metadata', 'error shown to the person')
    } else if (isObject(record['message'])) {
      if (record['role'] === 'user') Object.assign(ending, { error: null, isInterrupted: false })
      tell(dialogue, entry, record['message'])
    } else job.ledger.unknown(place, stringOrNull(type) ?? 'no type', null)
  }
  const said = dialogue.finish()
  return {
    id: posix.basename(plainName(file), '.jsonl'),
    file,
    said,
    ending,
    parent,
    meta: projectOf(file),
    cwd: null,
    branch: null,
    times: [],
  }
}

function tell(dialogue: ChatDialogue, { record, place, text }: Entry, message: JsonObject): void {
  const { content, hidden } = withoutRedactions(message)
  const written = text === null ? null : sourceAt(text, ['message'])
  const said = { ...message, role: record['role']!, content }
  const extra = restOf(record, TOLD)
  if (record['role'] === 'assistant' && hidden > 0) {
    const turn = dialogue.respond([], place, { model: stringOrNull(record['model']), extra }, `line ${place.line} ${place.offset}`)
    for (let i = 0; i < hidden; i++) turn.thinkHidden('redacted')
    for (const part of partsOfResponse(said, 'content', written)) dialogue.add(turn, part, place)
    return
  }
  tellMessage(dialogue, { record: said, place, text: written }, { model: stringOrNull(record['model']), extra })
}

const TOLD = new Set(['role', 'message', 'type', 'model'])
const REDACTED = '[REDACTED]'

/** What was thought is left out of a transcript, and a mark put in its place. */
function withoutRedactions({ content }: JsonObject): { content: JsonObject[string]; hidden: number } {
  if (!Array.isArray(content)) return { content: content ?? null, hidden: 0 }
  let hidden = 0
  const kept = content.map(item => {
    if (!isObject(item) || item['type'] !== 'text' || typeof item['text'] !== 'string' || !item['text'].trimEnd().endsWith(REDACTED))
      return item
    hidden++
    const text = item['text'].trimEnd().slice(0, -REDACTED.length).trimEnd()
    return { ...item, text }
  })
  return { content: kept, hidden }
}

function endingOf({ status }: JsonObject): EndingFacts {
  if (status === 'error' || status === 'failed') return { error: { turn_ended: status }, isInterrupted: false }
  return { error: null, isInterrupted: typeof status === 'string' && /abort|cancel|interrupt/.test(status) }
}

function projectOf(file: string): JsonObject {
  const project = /(?:^|\/)projects\/([^/]+)\//.exec(file)?.[1]
  return project === undefined ? {} : { project }
}
