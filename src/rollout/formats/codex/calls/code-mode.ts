import { stringOrNull } from '../../../../json/json.ts'
import type { Entry } from '../entry.ts'

/** How a script stood when its result was written. */
export type ScriptState = { status: 'completed' | 'failed' | 'terminated' | 'running'; cell: string | null }

/** In code mode the model writes a script, which calls the tools: `exec` runs one, `wait` looks after one that is still running. */
const SCRIPT_TOOLS: ReadonlySet<string> = new Set(['exec', 'wait'])

/** Which of the two an item calls; null where it calls neither. */
export function scriptToolOf({ kind, type, payload }: Entry): 'exec' | 'wait' | null {
  if (kind !== 'item' || (type !== 'custom_tool_call' && type !== 'function_call')) return null
  const name = stringOrNull(payload['name'])?.replace(/^functions[._]+/, '') ?? ''
  return SCRIPT_TOOLS.has(name) ? (name as 'exec' | 'wait') : null
}

const HEAD =
  /^Script (?:(completed|failed|terminated)|running with cell ID (\S{1,256}))\n(?:Wall time |Script error:|(?:Final )?[Oo]utput:)/

/** What the head of a script's result says; null where there is no such head. Only the harness writes the head of a script tool's result. */
export function scriptStateOf(text: string): ScriptState | null {
  const found = HEAD.exec(text.slice(0, 600))
  if (found === null) return null
  const [, ended, cell] = found
  return { status: (ended ?? 'running') as ScriptState['status'], cell: cell ?? null }
}
