import type { Placed } from './own-messages.ts'

/** How often a tool was called. */
export type ToolFacts = {
  /** Name of the tool. */
  name: string
  /** Times it was called. */
  calls: number
  /** Of these, times its result says it failed. */
  failed: number
}

/** Which tools messages call, and which of their results say they failed. */
export function toolFacts(own: Iterable<Placed>): { tool_calls: number; errors: number; tools: ToolFacts[] } {
  const tools = new Map<string, ToolFacts>()
  const names = new Map<string, string>() // of calls
  let errors = 0
  for (const { message, meta } of own) {
    for (const call of Array.isArray(message.tool_calls) ? message.tool_calls : []) {
      const name = String(call.function?.name ?? '')
      names.set(call.id, name)
      const tool = tools.get(name)
      if (tool === undefined) tools.set(name, { name, calls: 1, failed: 0 })
      else tool.calls++
    }
    if (meta?.is_error !== true) continue
    errors++
    const tool = tools.get(names.get(message.tool_call_id ?? '') ?? '')
    if (tool !== undefined) tool.failed++
  }
  const all = [...tools.values()]
  return { tool_calls: all.reduce((sum, { calls }) => sum + calls, 0), errors, tools: all }
}
