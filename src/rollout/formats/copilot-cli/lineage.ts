import { type JsonObject, stringOrNull } from '../../../json/json.ts'
import type { Entry } from '../../log/entries.ts'
import { agentOf, dataOf } from './entry.ts'

/** The events of the session itself, or of one agent spawned in it. */
export type Agent = {
  key: string | null // as its events name it; null: the session itself
  parent: string | null // the agent that spawned it; null: the session itself
  call: string | null
  described: JsonObject | null
  failed: JsonObject | null
  isOnly: boolean // nothing else is in the log
  entries: Entry[]
}

/** Divide events by agent, the session itself first. */
export function divide(entries: readonly Entry[]): Agent[] {
  const main = agentWith(null)
  const agents = new Map<string | null, Agent>([[null, main]])
  for (const entry of entries) {
    const { record } = entry
    const data = dataOf(record)
    const { type } = record
    const isNotice = typeof type === 'string' && type.startsWith('subagent.')
    const call = stringOrNull(data['toolCallId'])
    const key = isNotice ? (stringOrNull(record['agentId']) ?? call) : agentOf(record)
    if (key !== null && !agents.has(key)) agents.set(key, agentWith(key))
    const agent = agents.get(key)!
    if (!isNotice) {
      agent.entries.push(entry)
      continue
    }
    main.entries.push(entry)
    agent.call ??= call
    if (type === 'subagent.started') agent.described = data
    if (type === 'subagent.failed') agent.failed = data
  }
  const made = new Map<string, string | null>()
  for (const { key, entries: own } of agents.values())
    for (const { record } of own) {
      const requests = dataOf(record)['toolRequests']
      for (const request of Array.isArray(requests) ? requests : []) made.set(String((request as JsonObject | null)?.['toolCallId']), key)
    }
  const found = [...agents.values()].filter(({ key, entries: own }) => key === null || own.length > 0)
  return found.map(agent => {
    const call = agent.key === null ? null : (agent.call ?? (made.has(agent.key) ? agent.key : null))
    return { ...agent, call, parent: call === null ? null : (made.get(call) ?? null), isOnly: found.length === 1 }
  })
}

function agentWith(key: string | null): Agent {
  return { key, parent: null, call: null, described: null, failed: null, isOnly: true, entries: [] }
}
