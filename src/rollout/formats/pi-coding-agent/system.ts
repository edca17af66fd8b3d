import { isObject, type Json, type JsonObject, stringOrNull } from '../../../json/json.ts'
import type { ToolSchema, Tools } from '../../conversation/row.ts'

/** What one system message says, and what it changes. */
export type SystemText = { text: string; extra: JsonObject }

/** The instructions of a system message: its text, then its sections in their order. A section of null is taken back. */
export function systemText(message: JsonObject): SystemText {
  const sections = isObject(message['sections']) ? Object.entries(message['sections']) : []
  const texts = [contentText(message['content']), ...sections.map(([, text]) => text)]
  const extra: JsonObject = {}
  const names = (keep: (text: Json) => boolean) => sections.filter(([, text]) => keep(text)).map(([name]) => name)
  if (sections.length > 0) extra['sections'] = names(text => text !== null)
  const removed = names(text => text === null)
  if (removed.length > 0) extra['sections_removed'] = removed
  for (const [key, name] of [
    ['toolsAdded', 'tools_added'],
    ['toolsRemoved', 'tools_removed'],
  ] as const) {
    const tools = toolNames(message[key])
    if (tools.length > 0) extra[name] = tools
  }
  return { text: texts.filter(text => typeof text === 'string' && text !== '').join('\n\n'), extra }
}

/** The tools a session declares, replayed from its system messages. */
export class ToolDeclarations {
  private readonly declared = new Map<string, ToolSchema>()
  private readonly current = new Map<string, ToolSchema>()

  /** Apply what a system message adds and removes. */
  apply(message: JsonObject): void {
    for (const name of toolNames(message['toolsRemoved'])) this.current.delete(name)
    for (const tool of listIn(message['toolsAdded'])) {
      const schema = schemaOf(tool)
      if (schema === null) continue
      this.declared.set(schema.function.name, schema)
      this.current.set(schema.function.name, schema)
    }
  }

  /** All tools that were offered at some time, or only those at the end. */
  tools(which: 'declared' | 'current'): Tools {
    if (this.declared.size === 0) return { status: 'absent', schemas: [] }
    return { status: 'recorded', schemas: [...this[which].values()] }
  }
}

function schemaOf(tool: Json): ToolSchema | null {
  const name = isObject(tool) ? stringOrNull(tool['name']) : null
  if (!isObject(tool) || name === null) return null
  const { description, parameters } = tool
  return {
    type: 'function',
    function: {
      name,
      ...(typeof description === 'string' ? { description } : {}),
      ...(parameters === undefined ? {} : { parameters }),
    },
  }
}

function contentText(content: Json | undefined): string {
  if (typeof content === 'string') return content
  return listIn(content)
    .flatMap(block => (isObject(block) && typeof block['text'] === 'string' ? [block['text']] : []))
    .join('\n')
}

function toolNames(tools: Json | undefined): string[] {
  return listIn(tools).flatMap(tool => (isObject(tool) ? (stringOrNull(tool['name']) ?? []) : (stringOrNull(tool) ?? [])))
}

function listIn(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : []
}
