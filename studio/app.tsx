import type { FunctionComponent } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Source } from '../src/studio/api.ts'
import { HelpDialog } from './help.tsx'
import { useKeys } from './keys.ts'
import { later } from './later.tsx'
import type { PageProps } from './page-props.ts'
import { Failed } from './parts.tsx'
import { go, hrefOf, useRoute } from './route.ts'
import { useShelf } from './sources.tsx'
import { applyTheme, THEMES, themeNow } from './theme.ts'

const SessionPage = later<PageProps & { id: string }>(async () => (await import('./session.tsx')).SessionPage)

/** Pages of stores and other rows, by the first part of their address. */
const PAGES: {
  readonly [name: string]: { title: string; page: FunctionComponent<PageProps>; kinds: readonly Source['kind'][]; isHidden?: boolean }
} = {
  overview: { title: 'Overview', page: later(async () => (await import('./overview.tsx')).OverviewPage), kinds: ['store', 'rows'] },
  sessions: { title: 'Sessions', page: later(async () => (await import('./sessions.tsx')).SessionsPage), kinds: ['store', 'rows'] },
  search: { title: 'Search', page: later(async () => (await import('./search.tsx')).SearchPage), kinds: ['store'] },
  cost: { title: 'Cost', page: later(async () => (await import('./cost.tsx')).CostPage), kinds: ['store', 'rows'] },
  labels: { title: 'Labels', page: later(async () => (await import('./labels.tsx')).LabelsPage), kinds: ['store'] },
  compare: {
    title: 'Comparison',
    page: later(async () => (await import('./compare.tsx')).ComparePage),
    kinds: ['store', 'rows'],
    isHidden: true,
  },
  run: { title: 'Run', page: later(async () => (await import('./run.tsx')).RunPage), kinds: ['run'] },
  export: { title: 'Export', page: later(async () => (await import('./export.tsx')).ExportPage), kinds: ['export'] },
}

/** The frame of all pages, and the page that the address names. */
export function App() {
  const shelf = useShelf()
  const route = useRoute()
  const main = useRef<HTMLElement>(null)
  const [helps, setHelps] = useState(false)
  const [named, id, ...rest] = route.path
  const source = shelf.sources.find(source => source.id === id) ?? (id === undefined ? shelf.sources[0] : undefined)
  const name = named ?? (source === undefined ? 'overview' : homeOf(source))
  const kindPage = source === undefined ? undefined : (PAGES[name] ?? undefined)
  const page = kindPage?.kinds.includes(source!.kind) ? kindPage : undefined
  const Page = page?.page ?? (() => null)
  const isSession = name === 'sessions' && rest.length > 0 && source !== undefined && source.kind !== 'export'
  useEffect(() => {
    document.title = `${isSession ? 'Session' : (page?.title ?? 'Tracewright')} · ${source?.name ?? 'studio'}`
  }, [name, id, isSession, page, source?.name])
  useKeys([
    { key: '?', what: 'keys', run: () => setHelps(true) },
    { key: 'Ctrl-k', what: 'search in everything', run: () => source && go(hrefOf(['search', source.id])) },
  ])
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <Header source={source} name={name} onHelp={() => setHelps(true)} />
      {shelf.error !== null && shelf.sources.length > 0 && (
        <Failed error={{ ...shelf.error, message: `${shelf.error.message}: what is shown here may be old` }} />
      )}
      <main id="main" ref={main} tabIndex={-1} class={isSession ? 'session' : name}>
        {shelf.error !== null && shelf.sources.length === 0 ? (
          <>
            <h1>Tracewright studio</h1>
            <Failed error={shelf.error} />
          </>
        ) : !shelf.isLoaded ? null : source === undefined || (page === undefined && !isSession) ? (
          <>
            <h1>Nothing here</h1>
            <Failed error={{ message: `There is no page at ${route.href}`, hint: 'Choose one above' }} />
          </>
        ) : isSession ? (
          <SessionPage key={`${source.id} ${rest[0]}`} source={source} route={route} id={rest.join('/')} />
        ) : (
          <Page key={`${name} ${source.id}`} source={source} route={route} />
        )}
      </main>
      {helps && <HelpDialog onClose={() => setHelps(false)} />}
    </>
  )
}

function Header({ source, name, onHelp }: { source: Source | undefined; name: string; onHelp: () => void }) {
  const shelf = useShelf()
  const [theme, setTheme] = useState(themeNow)
  const pages = Object.entries(PAGES).filter(
    ([, { kinds, isHidden }]) => isHidden !== true && source !== undefined && kinds.includes(source.kind),
  )
  const nextTheme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]!
  return (
    <header class="top">
      <a class="brand" href="/">
        Tracewright
      </a>
      {shelf.sources.length > 1 && (
        <select
          aria-label="What is shown"
          value={source?.id ?? ''}
          onChange={event => {
            const chosen = shelf.sources.find(({ id }) => id === event.currentTarget.value)
            if (chosen) go(hrefOf([homeOf(chosen), chosen.id]))
          }}
        >
          {shelf.sources.map(({ id, name, kind }) => (
            <option key={id} value={id}>
              {name} ({kind})
            </option>
          ))}
        </select>
      )}
      <nav aria-label="Pages">
        {source !== undefined &&
          pages.map(([page, { title }]) => (
            <a key={page} href={hrefOf([page, source.id])} aria-current={page === name ? 'page' : undefined}>
              {title}
            </a>
          ))}
      </nav>
      <button
        type="button"
        class="plain"
        onClick={() => {
          applyTheme(nextTheme)
          setTheme(nextTheme)
        }}
        aria-label={`Colours: ${theme}`}
      >
        {theme === 'dark' ? '☾' : theme === 'light' ? '☀' : '◐'}
      </button>
      <button type="button" class="plain" onClick={onHelp} aria-label="Keys">
        ?
      </button>
    </header>
  )
}

function homeOf({ kind }: Source): string {
  return kind === 'run' ? 'run' : kind === 'export' ? 'export' : 'overview'
}
