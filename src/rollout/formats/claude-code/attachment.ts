import { isObject, type Json, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { inlineImageBlock, textOf } from '../../conversation/blocks.ts'
import type { Block, Origin } from '../../conversation/row.ts'
import { readContent } from './content.ts'
import type { Snapshot, ThoughtsLeft, UserSaid } from './entry.ts'
import { readSnapshot } from './prompt-snapshot.ts'
import { whose } from './whose.ts'

/**
 * Read an attachment: what it says to the model; 'aside' where it says nothing in words; null where the type is not known. `rendered` is
 * what newer versions record beside it: its words as they were sent.
 */
export function readAttachment(attachment: JsonObject, rendered: Json | undefined): UserSaid | Snapshot | ThoughtsLeft | 'aside' | null {
  const type = stringOrNull(attachment['type'])
  if (type === null) return null
  if (type === 'queued_command') return readQueuedCommand(attachment)
  if (type === 'prompt_snapshot') return readSnapshot(attachment) ?? 'aside'
  if (type === 'thinking_stripped' || type === 'thinking_drop') return readThoughtsLeft(attachment)
  const said = Object.hasOwn(SAID, type) ? SAID[type]! : null
  const sent = readRendered(rendered)
  const content = sent.length > 0 ? sent : said === null ? [] : [...readContent(said.text(attachment)).blocks, ...readImage(attachment)]
  if (textOf(content).trim() === '' && !content.some(block => block.type !== 'text'))
    return said !== null || KEPT_ASIDE.has(type) ? 'aside' : null
  const origin = said?.origin ?? (type.startsWith('hook_') ? 'hook' : 'harness')
  const extra: JsonObject = { harness: origin === 'hook' ? 'hook' : type, attachment: type }
  for (const [key, name] of [
    ['filename', 'path'],
    ['path', 'path'],
    ['hookName', 'hook'],
  ] as const) {
    const value = stringOrNull(attachment[key])
    if (value !== null) extra[name] = value
  }
  return userSaid(content, origin, extra)
}

/** Attachments whose recorded text the model was given, and where in them it stands. The words Claude Code puts around it are not in the log. */
const SAID: { [type: string]: { origin: Origin; text(attachment: JsonObject): Json | undefined } } = {
  file: { origin: 'harness', text: attachment => at(attachment, 'content', 'file', 'content') },
  edited_text_file: { origin: 'harness', text: attachment => attachment['snippet'] },
  nested_memory: { origin: 'harness', text: attachment => at(attachment, 'content', 'content') },
  skill_listing: { origin: 'harness', text: attachment => attachment['content'] },
  invoked_skills: { origin: 'harness', text: attachment => each(attachment['skills'], 'content') },
  mcp_instructions_delta: { origin: 'harness', text: attachment => attachment['addedBlocks'] },
  agent_listing_delta: { origin: 'harness', text: attachment => attachment['addedLines'] },
  instructions: { origin: 'harness', text: attachment => each(attachment['files'], 'content') },
  session_context: { origin: 'harness', text: attachment => named(attachment['context']) },
  environment: { origin: 'harness', text: attachment => named(attachment['snapshot']) },
  date: { origin: 'harness', text: attachment => attachment['date'] },
  model: { origin: 'harness', text: attachment => attachment['text'] },
  // Versions before 2.1.27x hold the parameters of these alone.
  batching_reminder_sent: { origin: 'harness', text: attachment => attachment['text'] },
  silent_turn_reminder: { origin: 'harness', text: attachment => attachment['text'] },
  total_tokens_reminder: { origin: 'harness', text: attachment => attachment['text'] },
  read_truncation_notice: { origin: 'harness', text: attachment => attachment['banner'] },
  hook_additional_context: { origin: 'hook', text: attachment => attachment['content'] },
  hook_blocking_error: {
    origin: 'hook',
    text: attachment => at(attachment, 'blockingError', 'blockingError') ?? attachment['blockingError'],
  },
  // What a hook prints at these events joins the context; at others only its failure does.
  hook_success: {
    origin: 'hook',
    text: attachment => (/^(?:SessionStart|UserPromptSubmit)/.test(String(attachment['hookEvent'])) ? attachment['content'] : null),
  },
}

/** Attachments that hold parameters of a reminder, not its words, or that only a person saw. */
const KEPT_ASIDE = new Set(
  `auto_mode auto_mode_exit bash_output_audience_note budget_usd command_permissions compact_file_reference credential_org
  critical_system_reminder date_change deferred_tools_delta deferred_tools_record diagnostics directory dynamic_skill goal_status
  hook_cancelled hook_non_blocking_error hook_permission_decision hook_stopped_continuation hook_system_message inlined_image_paths
  max_turns_reached opened_file_in_ide output_style plan_file_reference plan_mode plan_mode_exit plan_mode_reentry prompt_snapshot
  relevant_memories remote_session_change selected_lines_in_ide structured_output task_reminder task_status todo todo_reminder token_usage
  ultra_effort_enter ultra_effort_exit ultrathink_effort verify_plan_reminder`.split(/\s+/),
)

/** A text, or a list of messages. */
function readRendered(rendered: Json | undefined): Block[] {
  const listed = Array.isArray(rendered) ? rendered : [rendered ?? null]
  return listed.flatMap(part => readContent(isObject(part) && 'content' in part ? part['content'] : part).blocks)
}

function readThoughtsLeft({ type, ...detail }: JsonObject): ThoughtsLeft {
  return {
    kind: 'thoughts-left',
    all: type === 'thinking_stripped' || detail['thinkingBlocksSent'] === 0,
    detail: { type: type!, ...detail },
  }
}

function readQueuedCommand(attachment: JsonObject): UserSaid | 'aside' {
  const { blocks, unknown } = readContent(attachment['prompt'])
  if (blocks.length === 0) return 'aside'
  const isNotification = attachment['commandMode'] === 'task-notification'
  const judged = whose(isNotification ? { origin: { kind: 'task-notification' } } : attachment, blocks)
  return userSaid(judged.content, judged.origin, {
    ...(judged.origin === 'human' ? { kind: 'queued_prompt' } : {}),
    ...judged.extra,
    ...(unknown.length > 0 ? { unknown_blocks: unknown } : {}),
  })
}

/** User-role text that is no turn of its own. */
export function userSaid(content: Block[], origin: Origin, extra: JsonObject): UserSaid {
  return { kind: 'user', content, results: [], origin, prompt: false, queued: false, boundary: null, extra }
}

function readImage(attachment: JsonObject): Block[] {
  const data = stringOrNull(at(attachment, 'content', 'file', 'base64'))
  const isImage = at(attachment, 'content', 'type') === 'image'
  return data !== null && isImage ? [inlineImageBlock(stringOrNull(at(attachment, 'content', 'file', 'type')) ?? 'image/png', data)] : []
}

function at(value: Json | undefined, ...path: string[]): Json | undefined {
  for (const key of path) value = isObject(value) ? value[key] : undefined
  return value
}

function each(values: Json | undefined, key: string): Json {
  return Array.isArray(values) ? values.map(value => at(value, key) ?? null).filter(text => typeof text === 'string') : null
}

/** Words that stand under names: each with its name, as nothing else says what they are. */
function named(value: Json | undefined): Json {
  if (!isObject(value)) return value ?? null
  const lines = Object.entries(value).filter(([, word]) => ['string', 'number', 'boolean'].includes(typeof word) && word !== '')
  return lines.map(([name, word]) => `${name}: ${word}`)
}
