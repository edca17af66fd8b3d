import { useEffect, useMemo, useState } from 'preact/hooks'
import type { FoundItems, SessionPage as Page, SessionList } from '../src/studio/api.ts'
import { useAnswer } from './ask.ts'
import { useKeys } from './keys.ts'
import { later } from './later.tsx'
import { Sought } from './marked.tsx'
import type { PageProps } from './page-props.ts'
import { Failed } from './parts.tsx'
import { changed, go, hrefOf } from './route.ts'
import { sessionPath, useSessions } from './session-data.ts'
import { SessionHead } from './session-head.tsx'
import { SessionOutline } from './session-outline.tsx'
import { MODES, type Mode, rowOfMessage, rowsOf } from './session-rows.ts'
import { useVersion } from './sources.tsx'
import { Transcript } from './transcript.tsx'

/** Most sessions are read without. */
const SessionDetails = later(async () => (await import('./session-details.tsx')).SessionDetails)

/** A session, from its first prompt to its end, with the sessions that were opened in it. */
export function SessionPage({ source, route, id }: PageProps & { id: string }) {
  const { query } = route
  const opened = useMemo(() => new Set(query.getAll('open')), [route.href])
  const { loaded, error } = useSessions(source.id, [id, ...opened], useVersion(source.id))
  const page = loaded.get(id)
  if (page === undefined)
    return error === null ? (
      <p class="waiting dim" role="status" />
    ) : (
      <div class="lone">
        <h1>No session</h1>
        <Failed error={error} />
        <p>
          <a href={hrefOf(['sessions', source.id])}>All sessions of {source.name}</a>
        </p>
      </div>
    )
  return <Reader source={source} route={route} page={page} loaded={loaded} opened={opened} error={error} />
}

type ReaderProps = PageProps & {
  page: Page
  loaded: ReadonlyMap<string, Page>
  opened: ReadonlySet<string>
  error: Parameters<typeof Failed>[0]['error'] | null
}

function Reader({ source, route, page, loaded, opened, error }: ReaderProps) {
  const { query } = route
  const id = page.trace_id
  const mode: Mode = MODES.find(mode => mode === (query.get('mode') ?? localStorage.getItem('tracewright-mode'))) ?? 'read'
  const [showsReplays, setShowsReplays] = useState(false)
  const rows = useMemo(() => rowsOf(page, loaded, opened, mode, showsReplays), [page, loaded, opened, mode, showsReplays])
  const [current, setCurrent] = useState(0)
  const [target, setTarget] = useState<{ index: number; n: number } | null>(null)
  const moveTo = (index: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, index))
    setCurrent(next)
    setTarget(target => ({ index: next, n: (target?.n ?? 0) + 1 }))
  }
  const words = query.get('q') ?? ''
  const found = useAnswer<FoundItems>(
    words === '' ? null : `${sessionPath(source.id, id)}/find?q=${encodeURIComponent(words)}`,
    page.version,
  )
  const hits = useMemo(() => new Set(words === '' ? [] : (found.data?.items ?? [])), [found.data, words])
  const hitRows = useMemo(
    () => rows.flatMap((row, i) => (row.owner === id && row.type === 'item' && hits.has(row.item.index) ? [i] : [])),
    [rows, hits],
  )
  const message = query.get('m')
  useEffect(() => {
    if (message !== null && /^\d+$/.test(message)) moveTo(rowOfMessage(rows, id, Number(message)))
  }, [message, id, page.items.length >= page.total])
  const line = rows[current]
  const item = line?.type === 'item' ? line.item : line?.type === 'replays' ? line.items[0] : undefined
  const queue = useQueue(source.id, query.get('list'))
  const neighbour = (by: number) => {
    const at = queue.indexOf(id)
    const next = at < 0 ? undefined : queue[at + by]
    if (next !== undefined)
      go(hrefOf(['sessions', source.id, next], { list: query.get('list'), review: query.get('review'), mode: query.get('mode') }))
  }
  const open = (child: string) => {
    const next = new URLSearchParams(query)
    const ids = next.getAll('open')
    next.delete('open')
    for (const one of ids.includes(child) ? ids.filter(one => one !== child) : [...ids, child]) next.append('open', one)
    go(`${location.pathname}?${next}`, { replace: true })
  }
  const set = (change: { [name: string]: string | null }) => go(changed(change, query), { replace: true })
  const setMode = (mode: Mode) => {
    localStorage.setItem('tracewright-mode', mode)
    set({ mode })
  }
  const next = (test: (row: (typeof rows)[number], index: number) => boolean, back = false) => {
    const at = back ? rows.findLastIndex((row, i) => i < current && test(row, i)) : rows.findIndex((row, i) => i > current && test(row, i))
    if (at >= 0) moveTo(at)
  }
  const isKind = (kind: string) => (row: (typeof rows)[number]) => row.type === 'item' && row.item.kind === kind
  const parent = page.above.at(-1)
  const sibling = (by: number) => {
    const to = page.siblings[page.siblings.indexOf(id) + by]
    if (to !== undefined && page.siblings.includes(id)) go(hrefOf(['sessions', source.id, to]))
  }
  const details = query.has('details')
  useKeys([
    { key: 'j', what: 'next', run: () => moveTo(current + 1) },
    { key: 'k', what: 'before', run: () => moveTo(current - 1) },
    { key: 'J', what: 'next prompt', run: () => next(isKind('prompt')) },
    { key: 'K', what: 'prompt before', run: () => next(isKind('prompt'), true) },
    {
      key: 'e',
      what: 'next failure',
      run: () => next(row => row.type === 'item' && 'result' in row.item && row.item.result?.failed === true),
    },
    {
      key: 'E',
      what: 'failure before',
      run: () => next(row => row.type === 'item' && 'result' in row.item && row.item.result?.failed === true, true),
    },
    { key: 'b', what: 'next boundary', run: () => next(isKind('boundary')) },
    { key: 'B', what: 'boundary before', run: () => next(isKind('boundary'), true) },
    { key: 's', what: 'next sub-agent or branch', run: () => next(row => row.type === 'child') },
    { key: 'u', what: 'up to the session above', run: () => parent && go(hrefOf(['sessions', source.id, parent.trace_id])) },
    { key: '{', what: 'sub-agent before, of the same parent', run: () => sibling(-1) },
    { key: '}', what: 'next sub-agent of the same parent', run: () => sibling(1) },
    { key: 'g', what: 'first', run: () => moveTo(0) },
    { key: 'G', what: 'last', run: () => moveTo(rows.length - 1) },
    { key: '1', what: 'read: calls in a line', run: () => setMode('read') },
    { key: '2', what: 'everything', run: () => setMode('all') },
    { key: '3', what: 'talk: prompts and answers', run: () => setMode('talk') },
    { key: 'm', what: 'what is trained on', run: () => set({ mask: query.has('mask') ? null : '1' }) },
    { key: 'r', what: 'details and raw message', run: () => set({ details: details ? null : '1' }) },
    {
      key: 'y',
      what: 'copy a link to here',
      run: () => void navigator.clipboard.writeText(new URL(changed({ m: String(item?.message ?? 0) }, query), location.href).href),
    },
    { key: '/', what: 'find in this session', run: () => document.querySelector<HTMLInputElement>('.session-head input[name=q]')?.focus() },
    { key: ']', what: 'next session', run: () => neighbour(1) },
    { key: '[', what: 'session before', run: () => neighbour(-1) },
  ])
  return (
    <Sought.Provider value={words}>
      <SessionHead
        source={source}
        page={page}
        query={query}
        mode={mode}
        setMode={setMode}
        place={queue.length > 0 ? { at: queue.indexOf(id) + 1, of: queue.length, go: neighbour } : null}
        hits={{
          places: found.data?.places ?? 0,
          at: hitRows.indexOf(current) + 1,
          of: hitRows.length,
          go: by => moveTo(nextHit(hitRows, current, by)),
        }}
        isDeaf={details}
        onSaid={request => {
          if (query.has('review') && request.labels.some(({ name }) => name === 'verdict') && !request.undo) neighbour(1)
        }}
        set={set}
      />
      {error !== null && <Failed error={error} />}
      <div class={details ? 'reader with-details' : 'reader'}>
        <SessionOutline rows={rows} current={current} onGo={moveTo} />
        <Transcript
          key={id}
          source={source.id}
          rows={rows}
          items={page.items.length}
          mode={mode}
          hits={hits}
          owner={id}
          current={current}
          target={target}
          isMasked={query.has('mask')}
          onCurrent={setCurrent}
          onOpen={open}
          onReplays={() => setShowsReplays(true)}
          linkOf={message => changed({ m: String(message) }, query)}
        />
        {details && (
          <SessionDetails
            source={source.id}
            page={loaded.get(line?.owner ?? id) ?? page}
            item={item}
            onClose={() => set({ details: null })}
          />
        )}
      </div>
    </Sought.Provider>
  )
}

function nextHit(hits: readonly number[], current: number, by: number): number {
  const found = by > 0 ? hits.find(hit => hit > current) : hits.findLast(hit => hit < current)
  return found ?? (by > 0 ? hits[0] : hits.at(-1)) ?? current
}

const queues = new Map<string, string[]>()

/** Ids of the list that led here, as it was: what is labelled meanwhile must not leave it. */
function useQueue(source: string, list: string | null): readonly string[] {
  const key = list === null ? null : `${source}?${list}`
  const known = key === null ? undefined : queues.get(key)
  const { data } = useAnswer<SessionList['lines'][number]['trace_id'][]>(
    key === null || known !== undefined ? null : `/${encodeURIComponent(source)}/queue?${list}`,
  )
  if (key !== null && known === undefined && data !== null) queues.set(key, data)
  return known ?? (key === null ? [] : (data ?? []))
}
