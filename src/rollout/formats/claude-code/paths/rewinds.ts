import type { Entry } from '../entry.ts'
import { parentIndexes } from './graph.ts'

/** A path that was given up: what it shares with the path it left, and what is its own. */
export type Abandoned = { shared: Entry[]; own: Entry[] }

/**
 * Separate what was rewound from what went on. Only two typed prompts behind the same record mean a rewind; parallel calls, hooks and
 * echoes of commands fork the graph all the time and mean nothing. Of such prompts the one whose path was taken last is the live one.
 */
export function splitRewinds(entries: Entry[]): { active: Entry[]; abandoned: Abandoned[] } {
  const rivals = rivalPrompts(entries)
  if (rivals.length === 0) return { active: entries, abandoned: [] }
  const parents = parentIndexes(entries)
  const last = lastActivity(entries, parents)
  const losers = new Set(rivals.flatMap(prompts => losing(prompts, last)))

  const branchOf = new Int32Array(entries.length) // 0 is the live path
  const branches: { start: number; from: number }[] = [{ start: 0, from: -1 }]
  entries.forEach((_, index) => {
    const follows = parents[index]! < 0 ? 0 : branchOf[parents[index]!]!
    branchOf[index] = losers.has(index) ? branches.push({ start: index, from: follows }) - 1 : follows
  })
  const of = (branch: number) => entries.filter((_, index) => branchOf[index] === branch)
  return {
    active: of(0),
    abandoned: branches.slice(1).map((branch, i) => ({ shared: sharedWith(branch, branches, branchOf, entries), own: of(i + 1) })),
  }
}

function rivalPrompts(entries: readonly Entry[]): number[][] {
  const children = new Map<string, number[]>()
  entries.forEach(({ parent, said }, index) => {
    if (said.kind !== 'user' || !said.prompt || typeof parent !== 'string') return
    const siblings = children.get(parent)
    if (siblings === undefined) children.set(parent, [index])
    else siblings.push(index)
  })
  return [...children.values()].filter(siblings => siblings.length > 1)
}

/** Per entry, the last turn or prompt on the paths that lead on from it. */
function lastActivity(entries: readonly Entry[], parents: Int32Array): Int32Array {
  const last = new Int32Array(entries.length)
  for (let index = entries.length - 1; index >= 0; index--) {
    const { said } = entries[index]!
    if (said.kind === 'model' || (said.kind === 'user' && said.prompt)) last[index] = Math.max(last[index]!, index)
    const parent = parents[index]!
    if (parent >= 0) last[parent] = Math.max(last[parent]!, last[index]!)
  }
  return last
}

function losing(prompts: readonly number[], last: Int32Array): number[] {
  const winner = prompts.reduce((best, prompt) => (last[prompt]! >= last[best]! ? prompt : best))
  return prompts.filter(prompt => prompt !== winner)
}

/** What stands before a branch on the paths it goes back to. */
function sharedWith(
  branch: { start: number; from: number },
  branches: readonly { start: number; from: number }[],
  branchOf: Int32Array,
  entries: readonly Entry[],
): Entry[] {
  const ends = new Map<number, number>()
  for (let { start, from } = branch; from >= 0; { start, from } = branches[from]!) ends.set(from, start)
  return entries.filter((_, index) => index < (ends.get(branchOf[index]!) ?? 0))
}
