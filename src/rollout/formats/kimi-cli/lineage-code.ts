import { posix } from 'node:path'
import { isObject, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { textOf } from '../../conversation/blocks.ts'
import { resultBlocks } from '../../conversation/parts.ts'
import { Ledger } from '../../log/ledger.ts'
import { readLines } from '../../log/lines.ts'
import { plainName } from '../../log/plain-name.ts'
import type { Source } from '../../log/source.ts'
import { isCodeRecord } from './sniff.ts'

/** Where an agent's log stands among others. */
export type Kin = {
  id: string
  session: string
  agent: string
  root: string
  parent: string | null // row of the agent that spawned it, or of the session it was forked from
  parentFile: string | null
  isFork: boolean
}

/** Whose log a file is, by its path and by what the session's state lists. */
export function kinOf(file: string, state: JsonObject): Kin {
  const folder = posix.dirname(file)
  const isInSession = posix.basename(posix.dirname(folder)) === 'agents'
  const agent = isInSession ? posix.basename(folder) : 'main'
  const above = posix.basename(isInSession ? posix.dirname(posix.dirname(folder)) : folder)
  const isSession = above !== '.' && above !== '' && posix.basename(plainName(file)) === 'wire.jsonl'
  const session = stringOrNull(state['id']) ?? (isSession ? above : posix.basename(plainName(file), '.jsonl'))
  const idOf = (name: string) => (name === 'main' ? session : `${session}/${name}`)
  const agents = isObject(state['agents']) ? state['agents'] : {}
  const listed = Object.hasOwn(agents, agent) && isObject(agents[agent]) ? agents[agent] : {}
  const labels = isObject(listed['labels']) ? listed['labels'] : {}
  const forked = stringOrNull(state['forkedFrom'])
  if (agent === 'main')
    return { id: session, session, agent, root: forked ?? session, parent: forked, parentFile: null, isFork: forked !== null }
  const parent = stringOrNull(labels['parentAgentId']) ?? stringOrNull(listed['parentAgentId']) ?? 'main'
  const isName = /^[\w.-]+$/.test(parent) && !/^\.+$/.test(parent)
  const parentFile = isInSession && isName ? `${posix.dirname(folder)}/${parent}/${posix.basename(file)}` : null
  return { id: idOf(agent), session, agent, root: session, parent: idOf(parent), parentFile, isFork: false }
}

/** The call that each agent was spawned by: its result names the agent, and so does the note that it was started. */
export function spawnsOf(source: Source, file: string): Promise<ReadonlyMap<string, string>> {
  return source.shared(`kimi spawns ${file}`, async () => {
    const calls = new Map<string, string>()
    if (source.facts(file) === null) return calls
    const aside = new Ledger({ key: file, files: [file] })
    for await (const { record } of readLines(source, file, aside, { isRecord: isCodeRecord })) {
      const event = isObject(record['event']) ? record['event'] : {}
      const info = isObject(record['info']) ? record['info'] : {}
      if (typeof info['agentId'] === 'string' && typeof info['parentToolCallId'] === 'string')
        calls.set(info['agentId'], info['parentToolCallId'])
      if (event['type'] === 'tool.result' && isObject(event['result']))
        addNamed(calls, event['toolCallId'], textOf(resultBlocks(event['result']['output'])))
    }
    return calls
  })
}

/** What the result of a call says of the agents it spawned. */
export function addNamed(calls: Map<string, string>, call: unknown, text: string): void {
  if (typeof call !== 'string') return
  for (const [, agent] of text.matchAll(/^agent_id: ([\w.-]+)$/gm)) if (!calls.has(agent!)) calls.set(agent!, call)
}
