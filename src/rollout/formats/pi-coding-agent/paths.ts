import type { Json } from '../../../json/json.ts'
import { type Entry, isDialogue } from './entry.ts'
import { small } from './small.ts'

/** Something about the tree that a reader of the row should know. */
export type TreeOddity = { code: string; entry: Entry; detail: Json }

const MAX_LISTED = 10

/**
 * The tree that entries form by their parents. A parent always stands before its child in the file, so there are no cycles: an
 * entry whose parent is missing, malformed or later follows the entry before it.
 */
export class SessionTree {
  readonly entries: readonly Entry[]
  readonly oddities: TreeOddity[] = []
  private readonly parents: number[] = []
  private readonly children: number[][] = []
  private readonly activeLeaf: number

  constructor(entries: readonly Entry[]) {
    this.entries = entries
    this.activeLeaf = this.link()
    this.parents.forEach((parent, i) => {
      if (parent >= 0 && entries[i]!.type !== 'leaf') (this.children[parent] ??= []).push(i)
    })
  }

  /** The path that counts, from the root to the active leaf, as indexes. */
  activePath(): number[] {
    return this.pathTo(this.activeLeaf)
  }

  /** From the root to an entry, as indexes. */
  pathTo(leaf: number): number[] {
    const path: number[] = []
    for (let at = leaf; at >= 0; at = this.parents[at]!) path.push(at)
    return path.reverse()
  }

  /** Ends of all paths, in file order: entries that say something and have nothing said below them. */
  leaves(): number[] {
    const continued: boolean[] = []
    const ends: number[] = []
    for (let i = this.entries.length - 1; i >= 0; i--) {
      const speaks = isDialogue(this.entries[i]!)
      if (speaks && !continued[i]) ends.push(i)
      const parent = this.parents[i]!
      if (parent >= 0 && (speaks || continued[i])) continued[parent] = true
    }
    return ends.reverse()
  }

  /** Entries directly below one. */
  childrenOf(index: number): readonly number[] {
    return this.children[index] ?? []
  }

  private link(): number {
    const latest = new Map<string, number>() // id → where an entry that names it as its parent goes
    const anchors: (string | null)[] = [] // the id that an entry without one hides from those that come after it
    const orphans: Entry[] = []
    const main = this.entries.some(({ lane }) => lane === 'main') ? 'main' : (this.entries.find(({ lane }) => lane !== null)?.lane ?? null)
    let before = -1
    let leaf = -1
    this.entries.forEach((entry, i) => {
      const isMain = entry.lane === null || entry.lane === main
      if (entry.type === 'leaf') {
        const target = this.moveTarget(entry, latest, before)
        this.parents.push(target)
        anchors.push(null)
        if (isMain) leaf = target
        if (entry.hasId && target >= 0) latest.set(entry.id, target)
        return
      }
      const parent = this.parentOf(entry, latest, before, orphans)
      this.parents.push(parent)
      const anchor = entry.hasId ? entry.id : parent < 0 ? null : anchors[parent]!
      anchors.push(anchor)
      if (anchor !== null) latest.set(anchor, i)
      before = i
      if (isMain) leaf = i
    })
    this.reportOrphans(orphans)
    return leaf
  }

  private parentOf(entry: Entry, latest: Map<string, number>, before: number, orphans: Entry[]): number {
    if (entry.parentId === null) return -1
    if (entry.parentId === undefined) return before
    const known = typeof entry.parentId === 'string' ? latest.get(entry.parentId) : undefined
    if (known !== undefined) return known
    orphans.push(entry)
    return before
  }

  private moveTarget(entry: Entry, latest: Map<string, number>, before: number): number {
    const { targetId } = entry.record
    const target = typeof targetId === 'string' ? latest.get(targetId) : undefined
    if (target !== undefined) return target
    // Nothing is selected: what was said last still tells more than an empty row.
    this.oddities.push({ code: targetId === null ? 'leaf_at_root' : 'unknown_leaf', entry, detail: small(targetId ?? null) })
    return before
  }

  private reportOrphans(orphans: Entry[]): void {
    const first = orphans[0]
    if (first === undefined) return
    const parents = orphans.slice(0, MAX_LISTED).map(({ parentId }) => small(parentId ?? null))
    this.oddities.push({
      code: 'orphan_parent',
      entry: first,
      detail: { entries: orphans.length, parents, placed: 'after the entry before' },
    })
  }
}
