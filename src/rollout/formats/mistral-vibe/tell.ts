import { posix } from 'node:path'
import { isObject, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { imageBlock, inlineImageBlock, textOf } from '../../conversation/blocks.ts'
import type { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import { tellMessage } from '../../conversation/chat-message.ts'
import type { MessageFacts } from '../../conversation/conversation.ts'
import { blocksOf, partsOf } from '../../conversation/parts.ts'
import type { Block } from '../../conversation/row.ts'
import type { Entry } from '../../log/entries.ts'
import type { Source } from '../../log/source.ts'

/** Put one message into the dialogue. */
export function tell(dialogue: ChatDialogue, entry: Entry, source: Source): void {
  const { record, place } = entry
  const { role, content } = record
  const text = textOf(blocksOf(content))
  const facts: MessageFacts = {
    id: stringOrNull(record['message_id']),
    ...(role === 'user' || role === 'assistant' ? voiceIn(record, text) : {}),
  }
  if (role === 'tool') tellMessage(dialogue, entry, { ...facts, is_error: isFailure(text) ? true : null })
  else if (role === 'user') {
    if (isCompaction(record, text)) dialogue.cut('compaction')
    const images = imagesOf(record, source, place.file).map(block => ({ is: 'block' as const, block }))
    dialogue.hear([...partsOf(content), ...images], place, facts)
  } else if (role === 'assistant' && isHidden(record)) {
    const { reasoning_content: _, ...rest } = record
    tellMessage(dialogue, { ...entry, record: { ...rest, thinking_blocks: [{ type: 'thinking', signature: 'hidden' }] } }, facts)
  } else tellMessage(dialogue, entry, facts)
}

/** Whether a message is what a compaction put in the place of what was said. */
export function isCompaction({ injected, role }: JsonObject, text: string): boolean {
  return (
    role === 'user' && injected === true && (text.includes('<compaction_summary>') || /^Another language model started to solve/.test(text))
  )
}

/** Whether a result says that the person stopped its tool. */
export function isStopped(text: string): boolean {
  return /^<user_cancellation>/.test(text.trimStart())
}

function isFailure(text: string): boolean {
  return /^<(?:tool_error|user_cancellation)>/.test(text.trimStart())
}

/** What the program says in another's role. */
function voiceIn(record: JsonObject, text: string): MessageFacts {
  if (isCompaction(record, text)) return { origin: 'harness', extra: { harness: 'compaction' } }
  const tag = /^\s*<(vibe_warning|vibe_stop_event|user_cancellation)>/.exec(text)?.[1] ?? null
  if (record['injected'] !== true && tag === null) return {}
  return { origin: 'harness', train: false, extra: { harness: tag ?? 'injected' } }
}

/** Whether a message has what was thought only in a form that nobody can read. */
function isHidden(record: JsonObject): boolean {
  const state = record['reasoning_state']
  const hides = typeof record['reasoning_signature'] === 'string' || (Array.isArray(state) && state.length > 0)
  return hides && (stringOrNull(record['reasoning_content']) ?? '') === ''
}

/** Pictures beside the words; those of a session lie in a folder of its own. */
function imagesOf(record: JsonObject, source: Source, file: string): Block[] {
  const listed = Array.isArray(record['images']) ? record['images'].filter(isObject) : []
  return listed.flatMap((image): Block[] => {
    const from = isObject(image['source']) ? image['source'] : image
    const mediaType = stringOrNull(image['mime_type']) ?? 'image/png'
    if (typeof from['data'] === 'string') return [inlineImageBlock(mediaType, from['data'])]
    const path = stringOrNull(from['path'])
    if (path === null) return []
    const beside = `${posix.dirname(file)}/attachments/${path.split(/[\\/]/).at(-1)}`
    const size = source.facts(beside)?.size ?? null
    if (size === null || size > MAX_BYTES) return [imageBlock(path)]
    return [inlineImageBlock(mediaType, source.part(beside, 0, size).toString('base64'))]
  })
}

/** The program refuses larger ones than half of this. */
const MAX_BYTES = 20 << 20
