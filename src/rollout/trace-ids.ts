import { hash } from 'node:crypto'
import { posix } from 'node:path'
import { isSamePrint, isStartOf, namePart, sharedPieces } from './conversation/fingerprint.ts'
import type { Unit } from './format.ts'
import { plainName } from './log/plain-name.ts'

/** What becomes of a row's id: it is the first of its name, a copy of the first, or another session under a name of its own. */
export type Claim = { as: 'first' } | { as: 'copy'; of: string } | { as: 'other'; id: string; than: string; shared: number }

/** Who claims an id; the same object may claim it again. */
export type Owner = Pick<Unit, 'key'>

type Claimed = { print: string; owner: Owner }

type Name = { id: string; key: string }

/**
 * Keeps trace ids unique in a scan. People have the same session in several folders: what repeats the first one, whole or as far as
 * it had come when it was copied, is counted as a replay and not emitted again; what goes on from it, or is another session of the
 * same id, gets an id of its own.
 */
export class TraceIds {
  /** Ids in the order in which they were claimed first: what claims one of them again may have to change. */
  readonly claimed: string[] = []
  private readonly seen = new Map<string, Claimed>()
  private readonly names = new Map<string, Name[]>() // id as recorded → the rows that were given one of their own
  private readonly repeated = new WeakMap<Owner, Owner[]>()
  private readonly placed = new Map<string, (Claimed & { id: string })[]>() // rows that are named for where their logs lie, without the folder

  /** Claim an id for a row with that print. */
  claim(traceId: string, print: string, owner: Owner): Claim {
    const first = this.seen.get(traceId)
    if (first === undefined) this.claimed.push(traceId)
    const original = this.samePlace(traceId, { print, owner })
    if (original !== null) {
      this.names.set(traceId, [{ id: original.id, key: original.owner.key }])
      return { as: 'copy', of: original.owner.key }
    }
    if (first === undefined || first.owner === owner) {
      this.seen.set(traceId, { print, owner })
      return { as: 'first' }
    }
    if (isCopy({ print, owner }, first)) return { as: 'copy', of: first.owner.key }
    let id = `${traceId}~${hash('sha256', namePart(print)).slice(0, 8)}`
    for (let other = this.seen.get(id); other !== undefined && other.owner !== owner; other = this.seen.get(id)) {
      if (isCopy({ print, owner }, other)) return { as: 'copy', of: other.owner.key }
      id += '~'
    }
    this.seen.set(id, { print, owner })
    const names = this.names.get(traceId) ?? [{ id: traceId, key: first.owner.key }]
    if (!names.some(name => name.id === id)) names.push({ id, key: owner.key })
    this.names.set(traceId, names)
    const shared = areNamesakes(owner, first.owner) ? sharedPieces(first.print, print) : 0
    return { as: 'other', id, than: first.owner.key, shared }
  }

  /** The row of a file of the same name in another folder that holds what this one does, where both are named for their places. */
  private samePlace(traceId: string, claimed: Claimed): (Claimed & { id: string }) | null {
    const name = nameInFolder(traceId, claimed.owner)
    if (name === null) return null
    const rows = this.placed.get(name) ?? []
    this.placed.set(name, rows)
    const original = rows.find(row => row.id !== traceId && isCopy(claimed, row))
    if (original !== undefined) return original
    const own = rows.find(({ id }) => id === traceId)
    if (own === undefined) rows.push({ ...claimed, id: traceId })
    else Object.assign(own, claimed)
    return null
  }

  /** The name a row's parent was given: of several sessions of one id, the one that lies nearest. */
  parentName(parent: string | null, owner: Owner): string | null {
    const names = parent === null ? undefined : this.names.get(parent)
    if (names === undefined) return parent
    // Of equal keys the later one is of the later root, which is the one being read.
    return names.reduce((best, name) =>
      name.key === best.key || commonStart(name.key, owner.key) > commonStart(best.key, owner.key) ? name : best,
    ).id
  }

  /** Rows of one id in one unit are told apart by which of them it is; a unit that comes again is the same. */
  ownerOf(unit: Owner, nth: number): Owner {
    if (nth === 0) return unit
    const owners = this.repeated.get(unit) ?? []
    this.repeated.set(unit, owners)
    return (owners[nth] ??= { key: unit.key })
  }
}

/** An equal session is a copy wherever it lies; a shorter one only where its file has kept its name. */
function isCopy(claimed: Claimed, first: Claimed): boolean {
  return isSamePrint(claimed.print, first.print) || (areNamesakes(claimed.owner, first.owner) && isStartOf(claimed.print, first.print))
}

/** An id that names the place of its log, without the folder; null: it names none. */
function nameInFolder(traceId: string, owner: Owner): string | null {
  const { key } = owner
  const folder = key.slice(0, key.lastIndexOf('/') + 1)
  const stem = nameOf(owner).replace(/\.[a-z]+$/, '')
  return traceId.startsWith(folder) && traceId.startsWith(stem, folder.length) ? traceId.slice(folder.length) : null
}

function areNamesakes(a: Owner, b: Owner): boolean {
  return nameOf(a) === nameOf(b)
}

function nameOf({ key }: Owner): string {
  return posix.basename(plainName(key))
}

function commonStart(a: string, b: string): number {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  return length
}
