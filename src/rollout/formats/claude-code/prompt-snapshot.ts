import { type JsonObject, stringOrNull } from '../../../json/json.ts'
import type { Block, ToolSchema, Tools } from '../../conversation/row.ts'
import { toolSchemas } from '../../conversation/tool-schemas.ts'
import { readContent } from './content.ts'
import type { Entry, Snapshot } from './entry.ts'

/** Read a `prompt_snapshot`: the system prompt and the tools as they were sent. Null where it holds neither. */
export function readSnapshot(attachment: JsonObject): Snapshot | null {
  const { blocks } = readContent(attachment['systemPrompt'])
  const system = blocks.filter(block => block['text'] !== CACHE_MARK)
  const prefix = stringOrNull(attachment['cliPrefix'])
  if (prefix !== null && prefix !== '' && !startsWith(system, prefix)) system.unshift({ type: 'text', text: prefix })
  const tools = [...toolSchemas(attachment['tools']), ...toolSchemas(attachment['inlineTools'])]
  return system.length === 0 && tools.length === 0 ? null : { kind: 'snapshot', system, tools }
}

/**
 * The snapshot a thread is told with: the last one before its first response, or, `atEnd`, the last of all. A boot writes two, of which
 * only the second has the tools.
 */
export function snapshotInForce(entries: readonly Entry[], atEnd: boolean): Entry | null {
  const isSystem = ({ said }: Entry) => said.kind === 'snapshot' && said.system.length > 0
  const first = entries.findIndex(({ said }) => said.kind === 'model')
  const found = atEnd || first < 0 ? entries.findLast(isSystem) : (entries.slice(0, first).findLast(isSystem) ?? entries.find(isSystem))
  return found ?? null
}

/** The tools offered under a snapshot: its own, else those of the one before it that has some; and those given by name on demand. */
export function toolsUnder(entries: readonly Entry[], inForce: Entry | null, deferred: ReadonlyMap<string, ToolSchema>): Tools {
  const until = inForce === null ? entries.length : entries.indexOf(inForce) + 1
  const hasTools = ({ said }: Entry) => said.kind === 'snapshot' && said.tools.length > 0
  const said = (entries.slice(0, until).findLast(hasTools) ?? entries.find(hasTools))?.said
  const schemas = new Map<string, ToolSchema>()
  for (const tool of said?.kind === 'snapshot' ? said.tools : []) schemas.set(tool.function.name, tool)
  // Only an announcement of what could be had is no list of the tools that were sent.
  if (schemas.size > 0) for (const [name, tool] of deferred) if (!schemas.has(name)) schemas.set(name, tool)
  return schemas.size === 0 ? { status: 'absent', schemas: [] } : { status: 'recorded', schemas: [...schemas.values()] }
}

/** A mark between the part of a prompt that is cached and the rest; it is not sent. */
const CACHE_MARK = '__SYSTEM_PROMPT_DYNAMIC_BOUNDARY__'

function startsWith(system: readonly Block[], prefix: string): boolean {
  const text = system[0]?.['text']
  return typeof text === 'string' && text.startsWith(prefix)
}
