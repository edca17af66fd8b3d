import { writeJson } from '../../json/exact.ts'
import { allMessages, type Example, type ToolList, type TrainingMessage, untrained } from '../conversation/example.ts'
import { withoutUncalled } from '../conversation/tool-list.ts'
import { elidedToFit } from './elide.ts'

/** How large a window may be, and how it is measured: tokens of messages as the model gets them, and of a text alone. */
export type WindowOptions = {
  budget: number
  measure(messages: readonly TrainingMessage[], example: Pick<Example, 'tools' | 'startedAt'>): number
  count(text: string): number
}

/** A response with its results, or a message of another: what is never cut. */
type Group = { messages: readonly TrainingMessage[]; cost: number }

/** Messages cost more than their words: roles, marks, line ends. */
const OVERHEAD = 12

/** And templates say some words about tools. */
const TOOLS_OVERHEAD = 200

/** Tools that are only known of the producer may take this share of a window. */
const MOST_FOR_TOOLS = 0.2

/** Costs are added up, the whole is measured: so many times with less, until every window keeps to its budget. */
const SHARES = [1, 0.92, 0.8, 0.65, 0.5]

/**
 * Windows of an example that keep to the budget, each trained message in exactly one. They begin with the system prompt and the request
 * that is being served, and are cut between messages, never between a call and its result. What fits nowhere is entered in the books.
 */
export function windowsOf(whole: Example, options: WindowOptions): Example[] {
  const example = withRoom(whole, options)
  const system = example.messages[0]?.role === 'system' ? [example.messages[0]] : []
  const groups = groupsOf(example.messages.slice(system.length), options)
  const cost = groups.reduce((sum, group) => sum + group.cost, 0)
  // What is far too long need not be rendered to know it.
  if (cost <= 1.5 * options.budget && options.measure(example.messages, example) <= options.budget) return [example]
  const tools = costOfTools(example.tools, options)
  const base = costOf(system, options) + tools
  let windows: TrainingMessage[][] = []
  for (const share of SHARES) {
    windows = pack(groups, Math.floor((options.budget - base) * share), options).map(body => [...system, ...body])
    if (windows.every(window => options.measure(window, example) <= options.budget)) break
  }
  const fitting = windows.filter(window => options.measure(window, example) <= options.budget)
  const kept = new Set(fitting.flatMap(window => window.flatMap(message => (message.train ? [message.source] : []))))
  for (const { train, source } of example.messages)
    if (train && source !== null && !kept.has(source))
      example.account.drop(
        source,
        base < options.budget ? 'does not fit into a window' : 'system prompt and tools alone are over the budget',
      )
  return fitting.map(messages => ({ ...example, messages }))
}

/** The example with tools that leave room for words: those that nobody calls and the log does not tell go first. */
export function withRoom(example: Example, options: WindowOptions): Example {
  if (costOfTools(example.tools, options) <= MOST_FOR_TOOLS * options.budget) return example
  return { ...example, tools: withoutUncalled(example.tools, allMessages(example)) }
}

function costOfTools({ schemas }: ToolList, { count }: WindowOptions): number {
  return schemas.length === 0 ? 0 : count(writeJson(schemas)) + TOOLS_OVERHEAD
}

function groupsOf(messages: readonly TrainingMessage[], options: WindowOptions): Group[] {
  const groups: TrainingMessage[][] = []
  for (const message of messages) {
    if (message.role === 'tool' && groups.length > 0) groups.at(-1)!.push(message)
    else groups.push([message])
  }
  return groups.map(group => ({ messages: group, cost: costOf(group, options) }))
}

function costOf(messages: readonly TrainingMessage[], { count }: WindowOptions): number {
  return messages.reduce((sum, { text, reasoning, calls }) => {
    const called = calls.reduce((more, call) => more + count(call.name) + count(call.arguments) + OVERHEAD, 0)
    return sum + count(text) + (reasoning === null ? 0 : count(reasoning)) + called + OVERHEAD
  }, 0)
}

function pack(groups: readonly Group[], room: number, options: WindowOptions): TrainingMessage[][] {
  if (room <= 0) return []
  const isTrained = (group: Group) => group.messages.some(message => message.train)
  const first = groups.findIndex(isTrained)
  if (first < 0) return []
  const windows: TrainingMessage[][] = []
  let request: Group | null = null
  let body: Group[] = []
  const close = () => {
    if (body.some(isTrained)) windows.push(body.flatMap(group => group.messages))
    body = []
  }
  const used = () => body.reduce((sum, group) => sum + group.cost, 0)
  for (const [i, group] of groups.slice(contextStart(groups, first, room)).entries()) {
    if (i === 0) request = lastRequest(groups, group)
    const isRequest = group.messages[0]!.role === 'user'
    if (body.length > 0 && used() + group.cost > room) close()
    if (body.length === 0 && !isRequest && request !== null) body.push(fitted(request, Math.floor(room / 3), options))
    if (isRequest) request = { ...group, messages: group.messages.map(untrained) }
    const left = room - used()
    body.push(group.cost <= left ? group : fitted(group, left, options))
  }
  close()
  return windows
}

/** Where context begins before the first trained message: as early as lets all that is trained into one window, else at its request. */
function contextStart(groups: readonly Group[], first: number, room: number): number {
  let sum = groups.slice(first).reduce((total, group) => total + group.cost, 0)
  if (sum > room) return first
  let start = first
  while (start > 0 && sum + groups[start - 1]!.cost <= room) sum += groups[--start]!.cost
  return start
}

function lastRequest(groups: readonly Group[], before: Group): Group | null {
  const request = groups.slice(0, groups.indexOf(before)).findLast(group => group.messages[0]!.role === 'user')
  return request === undefined ? null : { ...request, messages: request.messages.map(untrained) }
}

/** The group with as much of its results, or of a request, left out as makes it fit; as it is where that cannot be. */
function fitted(group: Group, room: number, options: WindowOptions): Group {
  if (group.cost <= room) return group
  const messages = elidedToFit(group.messages, group.cost - room, options.count)
  return { messages, cost: costOf(messages, options) }
}
