import { isObject, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { harnessWordsOf } from '../../conversation/harness-words.ts'
import type { Block, Boundary, Origin } from '../../conversation/row.ts'
import { toldApart } from '../../conversation/voice.ts'
import { framedPlan } from './carried-plan.ts'
import { type Command, commandOf, isBareCommand } from './command.ts'

/** Whose words a user-role message holds, and what kind of message it is. `content`: what glued words were told apart in. */
export type Whose = { content: Block[]; origin: Origin; prompt: boolean; boundary: Boundary | null; extra: JsonObject }

/**
 * Judge a user-role message: by what its record says, and only where it says nothing by how its text begins. A person may type
 * anything, also what looks injected.
 */
export function whose(record: JsonObject, content: readonly Block[]): Whose {
  const texts = content.flatMap(block => (typeof block['text'] === 'string' ? [block['text']] : []))
  return { content: [...content], ...(byRecord(record, texts) ?? byWords(content, texts)) }
}

/** Whether a queued text tells of a background task, and is nobody's prompt. */
export function isTaskNotification(text: string): boolean {
  return harnessWordsOf(text)?.harness === 'task_notification'
}

type Judged = Omit<Whose, 'content'> & { content?: Block[] }

function typed(extra: JsonObject = {}): Judged {
  return { origin: 'human', prompt: true, boundary: null, extra }
}

function said(origin: Origin, harness: string, extra: JsonObject = {}): Judged {
  return { origin, prompt: false, boundary: null, extra: { harness, ...extra } }
}

/** What the flags of a record say of it; null where it has none. */
function byRecord(record: JsonObject, texts: readonly string[]): Judged | null {
  const first = texts[0] ?? ''
  if (record['isCompactSummary'] === true) return { ...said('harness', 'compaction'), boundary: 'compaction' }
  // The plan is a model's, and its frame the harness's; it begins a turn as a prompt does.
  if (typeof record['planContent'] === 'string') return { ...said('harness', 'plan'), prompt: true }
  const sender = senderOf(record)
  const source = stringOrNull(record['promptSource'])
  const isMeta = record['isMeta'] === true || record['isSynthetic'] === true
  if (sender === 'human' || (sender === null && !isMeta && (source === 'typed' || source === 'queued')))
    return isBareCommand(first) ? byCommand(commandOf(first)!) : typedWith(first)
  if (sender === 'channel') return typed({ channel: channelOf(record) })
  if (sender !== null) return bySender(sender, first)
  if (source !== 'system' && !isMeta) return null
  const words = texts.map(harnessWordsOf).find(found => found !== null)
  return words === null || words === undefined
    ? said('harness', source === 'system' ? 'system' : 'meta')
    : said(words.origin, words.harness)
}

function bySender(sender: string, text: string): Judged {
  if (sender === 'task-notification') return said('harness', 'task_notification')
  const words = harnessWordsOf(text)
  if (/agent|teammate|peer|coordinator/.test(sender)) return said('agent', words?.origin === 'agent' ? words.harness : sender)
  return said(sender.includes('hook') ? 'hook' : 'harness', words?.harness ?? sender.replaceAll('-', '_'))
}

/** How the texts of a record without flags begin. */
function byWords(content: readonly Block[], texts: readonly string[]): Judged {
  if (texts.length === 0) return typed()
  const first = texts[0]!.trimStart()
  const command = commandOf(first)
  if (command !== null) return byCommand(command)
  const found = texts.map(harnessWordsOf)
  if (found.some(words => words?.harness === 'interruption')) return { ...said('harness', 'interruption'), boundary: 'interruption' }
  if (texts.length === 1 && framedPlan(texts[0]!) !== null) return { ...said('harness', 'plan'), prompt: true }
  const words = found[0] ?? null
  if (words?.harness === 'compaction') return { ...said('harness', 'compaction'), boundary: 'compaction' }
  if (words !== null && found.length === content.length && !found.includes(null)) return said(words.origin, words.harness)
  // A person's message, in which the harness may have put reminders of its own.
  const apart = toldApart(content)
  return apart === null ? typed() : { ...typed({ injected_blocks: apart.injected }), content: apart.content }
}

/** A person gave the command; only what stands behind its name are words of theirs. */
function byCommand({ name, args, shell }: Command): Judged {
  const command = { name, args }
  if (shell) return { ...typed({ command }), prompt: false }
  return args === '' ? said('harness', 'command', { command }) : { ...typed({ command }), prompt: false }
}

function typedWith(text: string): Judged {
  const command = commandOf(text.trimStart())
  return command === null ? typed() : typed({ command: { name: command.name, args: command.args } })
}

/** Who sent a message, where the record says; scrubbed logs have phrases in its place. */
function senderOf(record: JsonObject): string | null {
  const origin = record['origin'] ?? null
  const kind = stringOrNull(isObject(origin) ? origin['kind'] : origin)
  return kind !== null && /^[a-z][\w-]*$/i.test(kind) ? kind : null
}

function channelOf(record: JsonObject): string {
  const origin = record['origin'] ?? null
  return (isObject(origin) ? stringOrNull(origin['server']) : null) ?? 'unknown'
}
