import { stringOrNull } from '../../../json/json.ts'
import { type Entry, messageIn, roleOf } from './entry.ts'
import type { SessionTree } from './paths.ts'
import { isCall } from './raw-arguments.ts'

/**
 * Two processes that append to one session file fork it without wanting to: a call and its result end up on siblings. Such a path
 * is completed with the missing halves, in file order. Gives the path, and the entries that were added to it.
 */
export function completePath(tree: SessionTree, path: readonly number[]): { path: number[]; added: Entry[] } {
  const { entries } = tree
  const onPath = new Set(path)
  for (let grown = -1; grown !== onPath.size; ) {
    grown = onPath.size
    for (const index of missingCalls(entries, onPath)) for (const ancestor of tree.pathTo(index)) onPath.add(ancestor)
    for (const index of missingResults(tree, onPath)) onPath.add(index)
  }
  const before = new Set(path)
  const added = [...onPath].filter(index => !before.has(index))
  return { path: [...onPath].sort((a, b) => a - b), added: added.sort((a, b) => a - b).map(index => entries[index]!) }
}

/** Calls off the path whose results are on it: a result without its call cannot be what was meant. */
function missingCalls(entries: readonly Entry[], onPath: ReadonlySet<number>): number[] {
  const wanted = new Map<string, number>() // call id → its result
  for (const index of onPath) {
    const answered = answeredCall(entries[index]!)
    if (answered !== null) wanted.set(answered, index)
  }
  for (const index of onPath) for (const id of callIds(entries[index]!)) wanted.delete(id)
  if (wanted.size === 0) return []
  return entries.flatMap((entry, i) => (!onPath.has(i) && callIds(entry).some(id => i < (wanted.get(id) ?? -1)) ? [i] : []))
}

/** Results off the path of calls on it, where nothing but results follows them: with more behind it, it is a branch of its own. */
function missingResults(tree: SessionTree, onPath: ReadonlySet<number>): number[] {
  const { entries } = tree
  const open = new Set<string>()
  for (const index of onPath) for (const id of callIds(entries[index]!)) open.add(id)
  for (const index of onPath) open.delete(answeredCall(entries[index]!) ?? '')
  if (open.size === 0) return []
  return entries.flatMap((entry, i) => {
    const answered = answeredCall(entry)
    return answered !== null && !onPath.has(i) && open.has(answered) && onlyResultsBelow(tree, i) ? [i] : []
  })
}

function onlyResultsBelow(tree: SessionTree, index: number): boolean {
  const pending = [...tree.childrenOf(index)]
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    const entry = tree.entries[at]!
    if (entry.type === 'message' && roleOf(entry) !== 'toolResult') return false
    pending.push(...tree.childrenOf(at))
  }
  return true
}

/** Ids of the calls an entry makes. */
function callIds(entry: Entry): string[] {
  if (roleOf(entry) !== 'assistant') return []
  const content = messageIn(entry.record)?.['content']
  return Array.isArray(content) ? content.flatMap(block => (isCall(block) ? (stringOrNull(block['id']) ?? []) : [])) : []
}

/** Id of the call an entry answers, or null. */
function answeredCall(entry: Entry): string | null {
  return roleOf(entry) === 'toolResult' ? stringOrNull(messageIn(entry.record)?.['toolCallId']) : null
}
