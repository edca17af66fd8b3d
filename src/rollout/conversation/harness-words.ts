import { COMMAND_PROMPTS } from './command-prompts.ts'
import type { Origin } from './row.ts'

/** Whose words a text in the user's role is that no person typed, and what of: the value of `extra.harness`. */
export type HarnessWords = { origin: Exclude<Origin, 'human' | 'model' | 'tool'>; harness: string }

/**
 * What a text is that an agent's harness, a scheduler, a hook or another agent put into the user's mouth; null for everything else.
 * One table for all agents. It is for logs that do not say whose words these are: where a record says so, the record decides.
 */
export function harnessWordsOf(text: string): HarnessWords | null {
  const start = text.trimStart()
  if (!ANY.some(begins => begins.test(start))) return null
  const found = WORDS.find(({ begins, whole }) => begins.test(start) && (whole === undefined || isWhole(start, whole)))
  return found === undefined ? null : { origin: found.origin, harness: found.harness }
}

/**
 * A text in its parts, in order: reminders that a harness glued to what a person typed, and the typed words. White space between
 * them stays with the reminder, so that the parts joined are the text. One part where nothing is glued.
 */
export function partsOf(text: string): { text: string; injected: boolean }[] {
  const parts: { text: string; injected: boolean }[] = []
  let from = 0
  let rest = text
  for (let glued = gluedBefore(rest); glued > 0 && glued < rest.length; glued = gluedBefore(rest)) {
    parts.push({ text: rest.slice(0, glued), injected: true })
    from += glued
    rest = text.slice(from)
  }
  const behind: { text: string; injected: boolean }[] = []
  const frame = parts.length === 0 ? undefined : FRAMES.find(({ opens }) => text.trimStart().startsWith(opens))
  const end = frame?.from === undefined ? -1 : rest.lastIndexOf(frame.from)
  if (end >= 0) {
    const at = rest.slice(0, end).trimEnd().length
    behind.push({ text: rest.slice(at), injected: true })
    rest = rest.slice(0, at)
  }
  for (let at = gluedBehind(rest); at > 0; at = gluedBehind(rest)) {
    behind.push({ text: rest.slice(at), injected: true })
    rest = rest.slice(0, at)
  }
  return [...parts, { text: rest, injected: false }, ...behind.reverse()]
}

type Rule = HarnessWords & {
  begins: RegExp // tried where the text begins
  whole?: 'element' | 'line' // nothing may follow the element or the line, or a person typed it
}

const WORDS: readonly Rule[] = [
  ...COMMAND_PROMPTS.map(begins => ({ begins, origin: 'harness', harness: 'command' }) as const),

  // The context was full, or was compacted.
  {
    begins: /^This session is being continued from a previous conversation that ran out of context/,
    origin: 'harness',
    harness: 'compaction',
  },
  { begins: /^\[CONTEXT (?:COMPACTION|SUMMARY\]:)/, origin: 'harness', harness: 'compaction' },
  { begins: /^\[(?:PRIOR CONTEXT|Earlier conversation digest)\b/, origin: 'harness', harness: 'prior_context' },
  { begins: /^\[Your active task list was preserved/, origin: 'harness', harness: 'task_list' },
  { begins: /^\[Current user objective preserved from compacted history\]/, origin: 'harness', harness: 'objective' },
  {
    begins: /^Another language model started to solve this problem and produced a summary/,
    origin: 'harness',
    harness: 'compaction',
  },
  {
    begins: /^The conversation history before this point was compacted into the following summary:/,
    origin: 'harness',
    harness: 'compaction',
  },
  { begins: /^You are picking up work from a previous AI agent on this task/, origin: 'harness', harness: 'compaction' },
  { begins: /^\[Request interrupted by user[^\]\n]{0,40}\]/, whole: 'line', origin: 'harness', harness: 'interruption' },
  { begins: /^<turn_aborted>/, origin: 'harness', harness: 'interruption' },

  // Scheduled prompts.
  { begins: /^\[cron:[\w.-]+(?: [^\]\n]{0,200})?\]/, origin: 'harness', harness: 'cron' },
  { begins: /^\[(?:SYSTEM|IMPORTANT): You are running as a scheduled cron job/, origin: 'harness', harness: 'cron' },
  { begins: /^<scheduled-task[ >]/, origin: 'harness', harness: 'cron' },
  { begins: /^Read HEARTBEAT\.md if it exists/, origin: 'harness', harness: 'heartbeat' },
  { begins: /^\[Continuing toward your standing goal/, origin: 'harness', harness: 'goal' },
  { begins: /^Review the conversation above and /, origin: 'harness', harness: 'review' },
  { begins: /^You just executed tool calls but returned an empty response/, origin: 'harness', harness: 'empty_recovery' },
  { begins: /^\[Note: model was just switched\b[^\]]*\]\s*$/, origin: 'harness', harness: 'model_switch' },

  // What ran beside the conversation.
  { begins: /^<task-notification>\s*</, origin: 'harness', harness: 'task_notification' },
  { begins: /^\{"task_id":/, origin: 'harness', harness: 'task_notification' },
  { begins: /^\[IMPORTANT: Background process/, origin: 'harness', harness: 'background_process' },
  { begins: /^\[ASYNC DELEGATION\b/, origin: 'harness', harness: 'async_delegation' },
  { begins: /^\[(?:SYSTEM|System|IMPORTANT): /, origin: 'harness', harness: 'system' },
  {
    begins: /^<(?:local-command-(?:stdout|stderr|caveat)|bash-(?:stdout|stderr))>/,
    origin: 'harness',
    harness: 'command_output',
  },
  {
    begins: /^Caveat: The messages below were generated by the user while running local commands/,
    origin: 'harness',
    harness: 'command_output',
  },

  // Other agents.
  { begins: /^<teammate-message[ >]/, origin: 'agent', harness: 'teammate' },
  { begins: /^Another Claude session sent a message:\s*<teammate-message[ >]/, origin: 'agent', harness: 'teammate' },
  { begins: /^<cross-session-message[ >]/, origin: 'agent', harness: 'peer' },
  { begins: /^Another Claude session sent a message:/, origin: 'agent', harness: 'peer' },
  { begins: /^<fork-boilerplate>/, origin: 'agent', harness: 'fork' },
  { begins: /^<subagent_notification>/, origin: 'agent', harness: 'subagent_notification' },

  // Hooks.
  { begins: /^<(?:user-prompt-submit-hook|session-start-hook)>/, origin: 'hook', harness: 'hook' },
  { begins: /^<hook_prompt\b/, origin: 'hook', harness: 'hook' },
  { begins: /^<(?:hook_context|qwen:user-prompt-submit-context)>/, whole: 'element', origin: 'hook', harness: 'hook' },
  { begins: /^Operation stopped by hook\b/, origin: 'hook', harness: 'hook' },
  {
    begins:
      /^(?:Stop|SubagentStop|PreToolUse|PostToolUse|UserPromptSubmit|SessionStart)(?::\S{1,80})? hook (?:feedback|blocking|additional|error|stopped)/,
    origin: 'hook',
    harness: 'hook',
  },

  // Context.
  { begins: /^<system-reminder>/, whole: 'element', origin: 'harness', harness: 'reminder' },
  { begins: /^<(?:ide_opened_file|ide_selection|ide_diagnostics)>/, whole: 'element', origin: 'harness', harness: 'ide' },
  { begins: /^<environment_context>/, whole: 'element', origin: 'harness', harness: 'environment_context' },
  { begins: /^Base directory for this skill: /, origin: 'harness', harness: 'skill' },

  // Codex.
  { begins: /^<user_instructions>/, origin: 'harness', harness: 'user_instructions' },
  { begins: /^# AGENTS\.md instructions/, origin: 'harness', harness: 'agents_md' },
  { begins: /^<INSTRUCTIONS>/, origin: 'harness', harness: 'instructions' },
  { begins: /^<permissions instructions>/, origin: 'harness', harness: 'permissions' },
  { begins: /^<skills?(?:_instructions)?>/, origin: 'harness', harness: 'skill' },
  { begins: /^<recommended_plugins>/, origin: 'harness', harness: 'recommended_plugins' },
  { begins: /^<codex_internal_context\b/, origin: 'harness', harness: 'codex_internal_context' },
  { begins: /^<user_shell_command>/, origin: 'harness', harness: 'user_shell_command' },
  { begins: /^<user_action>/, origin: 'harness', harness: 'user_action' },
  {
    begins: /^<(?:collaboration_mode|apps_instructions|plugins_instructions|personality_spec|model_switch|realtime_conversation)>/,
    origin: 'harness',
    harness: 'instructions',
  },
  {
    begins: /^Warning: (?:apply_patch was requested via|The maximum number of unified exec|Your account was flagged)/,
    origin: 'harness',
    harness: 'warning',
  },

  // Gemini CLI and what is made from it.
  { begins: /^(?:<compressed_chat_history>\s*)?<state_snapshot>/, origin: 'harness', harness: 'compaction' },
  { begins: /^<session_context>/, whole: 'element', origin: 'harness', harness: 'environment_context' },
  {
    begins: /^This is the (?:Gemini CLI|Qwen Code)\. We are setting up the context for our chat\./,
    origin: 'harness',
    harness: 'environment_context',
  },
  { begins: /^System: Please continue\.\s*$/, origin: 'harness', harness: 'retry' },
  { begins: /^System: Potential loop detected\. Details: /, origin: 'harness', harness: 'retry' },
  { begins: /^Background execution update:\n<background_output>/, origin: 'harness', harness: 'background_process' },

  // Crush.
  {
    begins: /^The previous session was interrupted because it got too long, the initial user request was: `/,
    origin: 'harness',
    harness: 'continuation',
  },

  // Cursor.
  {
    begins:
      /^<(?:open_and_recently_viewed_files|user_info|project_layout|agent_skills|agent_transcripts|git_status|always_applied_workspace_rules)>/,
    whole: 'element',
    origin: 'harness',
    harness: 'context',
  },

  // Cline and what is made from it.
  { begins: /^<environment_details>/, whole: 'element', origin: 'harness', harness: 'environment_context' },
  { begins: /^\[TASK RESUMPTION\]/, origin: 'harness', harness: 'task_resumption' },
  { begins: /^\[ERROR\] You did not use a tool/, origin: 'harness', harness: 'retry' },

  // OpenClaw.
  { begins: /^\[OpenClaw heartbeat(?: poll)?\]/, origin: 'harness', harness: 'heartbeat' },
  {
    begins: /^(?:<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>>|OpenClaw runtime context\b)[\s\S]*\[Internal task completion event\]/,
    origin: 'agent',
    harness: 'announcement',
  },
  { begins: /^\[Internal task completion event\]/, origin: 'agent', harness: 'announcement' },
  { begins: /^(?:<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>>|OpenClaw runtime context\b)/, origin: 'harness', harness: 'runtime_context' },
  {
    begins:
      /^(?:\[System Message\] )?(?:\[sessionId: [^\]\n]{0,80}\] )?A (?:subagent|background|cron) (?:task|job) ["“][^\n]{0,2000}["”] (?:just )?(?:completed|finished|failed|timed out)/,
    origin: 'agent',
    harness: 'announcement',
  },
  { begins: /^\[Subagent (?:Context|Task)\]/, origin: 'agent', harness: 'subagent_task' },
  { begins: /^Agent-to-agent (?:message context|reply step|announce step)\b/, origin: 'agent', harness: 'peer' },
  { begins: /^A new session was started via \/new or \/reset\./, origin: 'harness', harness: 'session_start' },
  { begins: /^Pre-compaction memory flush\b/, origin: 'harness', harness: 'memory_flush' },
  {
    begins: /^Continue where you left off\. The previous model attempt failed or timed out\.\s*$/,
    origin: 'harness',
    harness: 'retry',
  },
  { begins: /^SECURITY NOTICE: The following content is from an EXTERNAL, UNTRUSTED source/, origin: 'hook', harness: 'external_content' },
  { begins: /^(?:System: \[[^\]\n]*\] [^\n]*(?:\n+|$))+$/, origin: 'harness', harness: 'system_event' },
]

/**
 * Whether any rule may hold, for each set of flags: nearly no text begins so, and to try one expression after the other takes tens of
 * times as long as all at once.
 */
const ANY = [...Map.groupBy(WORDS, ({ begins }) => begins.flags)].map(
  ([flags, rules]) => new RegExp(rules.map(({ begins }) => `(?:${begins.source})`).join('|'), flags),
)

/** Elements that a harness glues to a prompt, in one text with it. */
const GLUED = [
  'system-reminder',
  'ide_opened_file',
  'ide_selection',
  'ide_diagnostics',
  'hook_context',
  'qwen:user-prompt-submit-context',
] as const

/** Words that a harness frames a prompt with: it is between these, or behind the first where there are no others. */
const FRAMES: readonly { opens: string; until: string; from?: string }[] = [
  { opens: '# Context from my IDE setup:\n', until: '\n## My request for Codex:\n' },
  { opens: 'User steering update:\n', until: '\n<user_input>\n', from: '\n</user_input>\n' },
  { opens: 'User hints:\n', until: '\n<user_input>\n', from: '\n</user_input>\n' },
  {
    opens: "Here's a running example of how to perform a task with the provided tools.\n",
    until: '\n--------------------- NEW TASK DESCRIPTION ---------------------\n',
    from: '\n--------------------- END OF NEW TASK DESCRIPTION ---------------------\n',
  },
]

/** Where the glued words that a text begins with end, the white space behind them included; 0 where there are none. */
function gluedBefore(text: string): number {
  const start = text.length - text.trimStart().length
  const frame = FRAMES.find(({ opens }) => text.startsWith(opens, start))
  if (frame !== undefined) {
    const at = text.indexOf(frame.until, start + frame.opens.length - 1)
    return at < 0 ? 0 : behindSpace(text, at + frame.until.length)
  }
  const name = GLUED.find(tag => text.startsWith(`<${tag}>`, start))
  if (name === undefined) return 0
  const end = text.indexOf(`</${name}>`, start)
  if (end < 0) return 0
  return behindSpace(text, end + name.length + 3)
}

function behindSpace(text: string, at: number): number {
  return text.length - text.slice(at).trimStart().length
}

/** Where the glued element begins that a text ends with, the white space before it included; 0 where there is none. */
function gluedBehind(text: string): number {
  const trimmed = text.trimEnd()
  const name = GLUED.find(tag => trimmed.endsWith(`</${tag}>`))
  const at = name === undefined ? -1 : text.lastIndexOf(`<${name}>`)
  return at < 0 ? 0 : text.slice(0, at).trimEnd().length
}

/** Whether nothing stands behind the element, or on lines behind the line, that a text begins with. */
function isWhole(start: string, what: 'element' | 'line'): boolean {
  const text = start.trimEnd()
  if (what === 'line') return text.endsWith(']') && text.indexOf(']') === text.length - 1
  const name = /^<([\w:-]+)/.exec(text)?.[1]
  return name !== undefined && text.endsWith(`</${name}>`)
}
