import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { useKeys } from './keys.ts'
import { TranscriptItem } from './session-item.tsx'
import { estimateOf, isFailure, isOpenIn, type Mode, type TranscriptRow } from './session-rows.ts'
import { useVirtual } from './virtual.ts'
import { counted } from './words.ts'

type Props = {
  source: string
  rows: readonly TranscriptRow[]
  items: number // of the session itself, whatever is shown of it and opened in it
  mode: Mode
  hits: ReadonlySet<number>
  owner: string
  current: number
  target: { index: number; n: number } | null
  isMasked: boolean
  onCurrent: (index: number) => void
  onOpen: (id: string) => void
  onReplays: () => void
  linkOf: (message: number) => string
}

/** The rows of a session, of which those in sight are in the page. */
export function Transcript({
  source,
  rows,
  items,
  mode,
  hits,
  owner,
  current,
  target,
  isMasked,
  onCurrent,
  onOpen,
  onReplays,
  linkOf,
}: Props) {
  const scroller = useRef<HTMLDivElement>(null)
  const [folds, setFolds] = useState<ReadonlyMap<string, boolean>>(new Map())
  useEffect(() => setFolds(new Map()), [mode])
  const isFound = (row: TranscriptRow) => row.type === 'item' && row.owner === owner && hits.has(row.item.index)
  // Only where the reader is what was found is laid open: all of it at once would move everything.
  const isShown = (row: TranscriptRow) => row === rows[current] && isFound(row)
  const isOpen = (row: TranscriptRow) => row.type !== 'item' || (folds.get(row.key) ?? (isOpenIn(mode, row.item) || isShown(row)))
  const virtual = useVirtual(scroller, {
    count: rows.length,
    estimate: index => estimateOf(rows[index]!, isOpen(rows[index]!)),
    keyOf: index => rows[index]?.key ?? index,
  })
  const wantsFocus = useRef(false)
  useLayoutEffect(() => {
    if (target === null) return
    virtual.scrollToIndex(target.index, { align: 'start' })
    wantsFocus.current = scroller.current?.contains(document.activeElement) === true
  }, [target?.n])
  useEffect(() => {
    if (!wantsFocus.current) return
    wantsFocus.current = false
    scroller.current?.querySelector<HTMLElement>(`[data-index="${current}"]`)?.focus({ preventScroll: true })
  })
  const toggle = (row: TranscriptRow) => {
    if (row.type === 'replays') onReplays()
    else if (row.type === 'child') onOpen(row.card.trace_id)
    else setFolds(new Map([...folds, [row.key, !isOpen(row)]]))
  }
  const toggleKind = () => {
    const row = rows[current]
    if (row?.type !== 'item') return
    const open = !isOpen(row)
    setFolds(
      new Map([
        ...folds,
        ...rows.flatMap((other): [string, boolean][] =>
          other.type === 'item' && other.item.kind === row.item.kind ? [[other.key, open]] : [],
        ),
      ]),
    )
  }
  useKeys([
    { key: 'o', what: 'fold, or open', run: () => rows[current] && toggle(rows[current]) },
    { key: 'Enter', what: 'fold, or open', run: () => rows[current] && toggle(rows[current]) },
    { key: 'O', what: 'fold or open all of this kind', run: toggleKind },
  ])
  const news = useNews(items, scroller, () => virtual.scrollToIndex(rows.length - 1, { align: 'end' }))
  return (
    <section class={isMasked ? 'transcript masked' : 'transcript'} aria-label="Transcript">
      <div ref={scroller} class="scroller" tabIndex={0} role="region" aria-label="Messages">
        <ol class="virtual" style={{ height: `${virtual.getTotalSize()}px` }}>
          {virtual.getVirtualItems().map(({ index, start, key }) => {
            const row = rows[index]!
            return (
              <li
                key={key}
                data-index={index}
                ref={element => virtual.measureElement(element)}
                style={{ transform: `translateY(${start}px)`, '--depth': row.depth }}
                class={classOf(row, index === current)}
                tabIndex={index === current ? 0 : -1}
                aria-setsize={rows.length}
                aria-posinset={index + 1}
                aria-current={index === current ? 'true' : undefined}
                onClick={() => onCurrent(index)}
              >
                <TranscriptItem
                  source={source}
                  row={row}
                  isOpen={isOpen(row)}
                  isFound={isShown(row)}
                  onToggle={() => toggle(row)}
                  onOpen={onOpen}
                  linkOf={linkOf}
                />
              </li>
            )
          })}
        </ol>
      </div>
      <PlaceMap rows={rows} isFound={isFound} />
      {news > 0 && (
        <button type="button" class="news" onClick={() => virtual.scrollToIndex(rows.length - 1, { align: 'end' })}>
          {counted(news, 'new item')} ↓
        </button>
      )}
      <p role="status" class="unseen">
        {news > 0 ? `${counted(news, 'new item')}` : ''}
      </p>
    </section>
  )
}

function classOf(row: TranscriptRow, isCurrent: boolean): string {
  const item = row.type === 'item' ? row.item : null
  return ['row', isCurrent && 'current', row.depth > 0 && 'inner', item?.replay && 'replay', item !== null && !item.trained && 'untrained']
    .filter(Boolean)
    .join(' ')
}

/** Items that came while the reader was elsewhere; who is at the end is taken along. */
function useNews(items: number, scroller: preact.RefObject<HTMLElement | null>, follow: () => void): number {
  const before = useRef(items)
  const [news, setNews] = useState(0)
  useEffect(() => {
    const came = items - before.current
    before.current = items
    const element = scroller.current
    if (came <= 0 || came > MAX_NEWS || element === null) return
    if (element.scrollHeight - element.scrollTop - element.clientHeight < NEAR) follow()
    else setNews(news => news + came)
  }, [items])
  useEffect(() => {
    const element = scroller.current
    const onScroll = () => {
      if (element !== null && element.scrollHeight - element.scrollTop - element.clientHeight < NEAR) setNews(0)
    }
    element?.addEventListener('scroll', onScroll, { passive: true })
    return () => element?.removeEventListener('scroll', onScroll)
  }, [])
  return news
}

const NEAR = 400
const MAX_NEWS = 200

/** Where failures, boundaries and hits are in the whole. */
function PlaceMap({ rows, isFound }: { rows: readonly TranscriptRow[]; isFound: (row: TranscriptRow) => boolean }) {
  const marks = rows.flatMap((row, i) => {
    const kind = isFound(row)
      ? 'hit'
      : isFailure(row)
        ? 'failure'
        : row.type === 'item' && row.item.kind === 'boundary'
          ? 'edge'
          : row.type === 'item' && row.item.kind === 'prompt'
            ? 'prompt'
            : null
    return kind === null ? [] : [{ kind, at: i / rows.length }]
  })
  return (
    <div class="map" aria-hidden="true">
      {marks.slice(0, MAX_MARKS).map(({ kind, at }) => (
        <span key={`${kind} ${at}`} class={kind} style={{ top: `${at * 100}%` }} />
      ))}
    </div>
  )
}

const MAX_MARKS = 600
