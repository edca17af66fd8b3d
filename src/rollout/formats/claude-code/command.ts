/** A command that a person gave: a slash command, or `!` and a line for the shell. */
export type Command = { name: string; args: string; shell: boolean }

/**
 * The command that a text echoes, or is; null where it is neither. An echo is made of its elements and nothing else: a person may
 * write about them.
 */
export function commandOf(text: string): Command | null {
  const start = text.trim()
  if (start.startsWith('<bash-input>')) return { name: '!', args: inside(start, 'bash-input') ?? '', shell: true }
  if (BARE.test(start)) return { name: start, args: '', shell: false }
  if (!/^<command-(?:name|message)>/.test(start)) return null
  const named = inside(start, 'command-name') ?? inside(start, 'command-message')
  if (named === null) return null
  return { name: named.startsWith('/') ? named : `/${named}`, args: inside(start, 'command-args') ?? '', shell: false }
}

/** Whether a text is a slash command and nothing else, as it was typed: it goes to Claude Code, and not to the model. */
export function isBareCommand(text: string): boolean {
  return BARE.test(text.trim())
}

const BARE = /^\/[a-z][\w:-]{0,80}$/

/** What stands in an element, where it is closed. */
function inside(text: string, tag: string): string | null {
  const open = text.indexOf(`<${tag}>`)
  if (open < 0) return null
  const from = open + tag.length + 2
  const close = text.indexOf(`</${tag}>`, from)
  return close < 0 ? null : text.slice(from, close).trim()
}
