import type { ChildCard, PageItem, SessionPage } from '../src/studio/api.ts'
import type { Loaded } from './session-data.ts'

/** What is shown of a session: calls in a line, everything, or prompts and answers alone. */
export const MODES = ['read', 'all', 'talk'] as const

/** One of these. */
export type Mode = (typeof MODES)[number]

/** A row of the transcript. Items of a session that is open within another stand below its card. */
export type TranscriptRow = { key: string; owner: string; depth: number } & (
  | { type: 'item'; item: PageItem }
  | { type: 'replays'; items: readonly PageItem[] }
  | { type: 'child'; card: ChildCard; isOpen: boolean; isLoading: boolean }
)

/** A session with the sessions that are open in it, as one list of rows. */
export function rowsOf(
  page: SessionPage,
  loaded: Loaded,
  opened: ReadonlySet<string>,
  mode: Mode,
  showsReplays: boolean,
  depth = 0,
): TranscriptRow[] {
  const rows: TranscriptRow[] = []
  const owner = page.trace_id
  const child = (card: ChildCard) => {
    const isOpen = opened.has(card.trace_id)
    const inner = isOpen ? loaded.get(card.trace_id) : undefined
    rows.push({
      key: `${owner} child ${card.trace_id}`,
      owner,
      depth,
      type: 'child',
      card,
      isOpen,
      isLoading: isOpen && inner === undefined,
    })
    if (inner !== undefined && depth < MAX_DEPTH) rows.push(...rowsOf(inner, loaded, opened, mode, showsReplays, depth + 1))
  }
  for (const item of page.items) {
    const key = `${owner} ${item.index}`
    if (item.replay && !showsReplays && item.kind !== 'child') {
      const last = rows.at(-1)
      if (last?.type === 'replays' && last.owner === owner) (last.items as PageItem[]).push(item)
      else rows.push({ key: `${owner} replays ${item.index}`, owner, depth, type: 'replays', items: [item] })
      continue
    }
    if (item.kind === 'child') child(item.child)
    else if (mode !== 'talk' || item.kind === 'prompt' || item.kind === 'answer' || item.kind === 'boundary')
      rows.push({ key, owner, depth, type: 'item', item })
    if (item.kind === 'call') item.children.forEach(child)
  }
  return rows
}

const MAX_DEPTH = 8

/** Whether a row shows what is in it unless somebody has said otherwise. */
export function isOpenIn(mode: Mode, item: PageItem): boolean {
  if (item.kind === 'prompt' || item.kind === 'answer' || item.kind === 'boundary') return true
  if (mode === 'all') return true
  if (item.kind === 'call') return item.result?.failed === true || isSmallChange(item)
  return item.kind === 'result' && item.result.failed
}

const SMALL = 14

function isSmallChange({ diffs }: Extract<PageItem, { kind: 'call' }>): boolean {
  const size = diffs.reduce(
    (sum, { lines, left_out }) => sum + left_out + lines.filter(({ kind }) => kind === 'added' || kind === 'removed').length,
    0,
  )
  return size > 0 && size <= SMALL
}

/** Whether a row is something that keys lead to. */
export function isFailure(row: TranscriptRow): boolean {
  return row.type === 'item' && (row.item.kind === 'call' || row.item.kind === 'result') && row.item.result?.failed === true
}

/** How tall a row will be, before it was seen. */
export function estimateOf(row: TranscriptRow, isOpen: boolean): number {
  if (row.type !== 'item') return 60
  const { item } = row
  if (item.kind === 'boundary') return 48
  if (!isOpen) return 40
  if (item.kind === 'answer') return 60 + 24 * item.tree.length
  if ('text' in item) return 60 + 21 * item.text.text.split('\n').length
  if (!('result' in item)) return 60
  const result = item.result === null ? 0 : 21 * item.result.text.text.split('\n').length
  return item.kind === 'call' ? 60 + result + 20 * item.diffs.reduce((sum, { lines }) => sum + lines.length, 0) : 60 + result
}

/** The row of a message: the one that begins with it, else that of its result, else the next. */
export function rowOfMessage(rows: readonly TranscriptRow[], owner: string, message: number): number {
  const own = (row: TranscriptRow): PageItem | null =>
    row.owner !== owner ? null : row.type === 'item' ? row.item : row.type === 'replays' ? row.items[0]! : null
  const exact = rows.findIndex(row => own(row)?.message === message)
  if (exact >= 0) return exact
  const result = rows.findIndex(row => {
    const item = own(row)
    return item !== null && 'result' in item && item.result?.message === message
  })
  if (result >= 0) return result
  const within = rows.findLastIndex(row => (own(row)?.message ?? Infinity) <= message)
  return Math.max(0, within)
}
