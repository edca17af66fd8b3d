import { type JsonObject, numberOrNull, stringOrNull } from '../../../json/json.ts'

/** The text under which Pi sends the summary of a compaction. */
export function compactionText(summary: string): string {
  return `The conversation history before this point was compacted into the following summary:\n\n<summary>\n${summary}\n</summary>`
}

/** The text under which Pi sends the summary of a branch that was left. Unlike above, no line break ends the summary. */
export function branchText(summary: string): string {
  return `The following is a summary of a branch that this conversation came back from:\n\n<summary>\n${summary}</summary>`
}

/** The text under which Pi sends a command that a person ran, and oh-my-pi a piece of Python. */
export function executionText(message: JsonObject): string {
  const output = stringOrNull(message['output'])
  const isPython = message['role'] === 'pythonExecution'
  const opening = isPython ? `Ran Python:\n\`\`\`python\n${string(message['code'])}\n\`\`\`\n` : `Ran \`${string(message['command'])}\`\n`
  const shown = output === null ? '(no output)' : `${isPython ? 'Output:\n' : ''}\`\`\`\n${output}\n\`\`\``
  return opening + shown + ending(message, isPython) + truncation(message)
}

function ending(message: JsonObject, isPython: boolean): string {
  if (message['cancelled'] === true) return isPython ? '\n\n(execution cancelled)' : '\n\n(command cancelled)'
  const code = numberOrNull(message['exitCode'])
  if (code === null || code === 0) return ''
  return isPython ? `\n\nExecution failed with code ${code}` : `\n\nCommand exited with code ${code}`
}

function truncation(message: JsonObject): string {
  const path = stringOrNull(message['fullOutputPath'])
  return message['truncated'] === true && path !== null ? `\n\n[Output truncated. Full output: ${path}]` : ''
}

function string(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
