import type { LabelRequest, SessionPage } from '../src/studio/api.ts'
import { Field } from './field.tsx'
import { Labeller } from './label-bar.tsx'
import type { PageProps } from './page-props.ts'
import { Copy } from './parts.tsx'
import { hrefOf } from './route.ts'
import { SessionPaths } from './session-paths.tsx'
import { MODES, type Mode } from './session-rows.ts'
import { counted, shellWord } from './words.ts'

const MODE_NAMES: { readonly [mode in Mode]: string } = { read: 'Read', all: 'Everything', talk: 'Talk' }

type Props = Pick<PageProps, 'source'> & {
  page: SessionPage
  query: URLSearchParams
  mode: Mode
  setMode: (mode: Mode) => void
  place: { at: number; of: number; go: (by: number) => void } | null
  hits: { places: number; at: number; of: number; go: (by: number) => void }
  isDeaf: boolean
  onSaid: (request: LabelRequest) => void
  set: (change: { [name: string]: string | null }) => void
}

/** What stands above a session: what it is, where it belongs, how it is shown, what was said of it. */
export function SessionHead({ source, page, query, mode, setMode, place, hits, isDeaf, onSaid, set }: Props) {
  const words = query.get('q') ?? ''
  return (
    <header class="session-head">
      {page.above.length > 0 && (
        <nav aria-label="Sessions above" class="crumbs">
          {page.above.map(({ trace_id, title }) => (
            <span key={trace_id}>
              <a href={hrefOf(['sessions', source.id, trace_id])}>{title}</a> ›{' '}
            </span>
          ))}
        </nav>
      )}
      <div class="title">
        <h1>{page.title}</h1>
        {place !== null && (
          <span class="place">
            <button type="button" onClick={() => place.go(-1)} disabled={place.at <= 1} aria-label="Session before">
              [
            </button>{' '}
            {place.at} of {place.of}{' '}
            <button type="button" onClick={() => place.go(1)} disabled={place.at >= place.of} aria-label="Next session">
              ]
            </button>
          </span>
        )}
      </div>
      <details class="about">
        <summary>
          {[page.line.agent, page.line.models.join(', '), counted(page.line.messages, 'message'), counted(page.line.failures, 'failure')]
            .filter(Boolean)
            .join(' · ')}
        </summary>
        <dl>
          {page.heading.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
          <div>
            <dt>id</dt>
            <dd>
              {page.trace_id} <Copy text={page.trace_id}>copy</Copy>{' '}
              <Copy text={`tracewright show ${shellWord(page.trace_id)} -s ${shellWord(source.path)} --redact --html session.html`}>
                command that makes a page to give away
              </Copy>
            </dd>
          </div>
        </dl>
      </details>
      <SessionPaths source={source.id} paths={page.paths} />
      <div class="tools">
        <span role="group" aria-label="What is shown">
          {MODES.map(one => (
            <button key={one} type="button" aria-pressed={one === mode} onClick={() => setMode(one)}>
              {MODE_NAMES[one]}
            </button>
          ))}
        </span>
        <button type="button" aria-pressed={query.has('mask')} onClick={() => set({ mask: query.has('mask') ? null : '1' })}>
          Trained on
        </button>
        <button type="button" aria-pressed={query.has('details')} onClick={() => set({ details: query.has('details') ? null : '1' })}>
          Details
        </button>
        <search
          class="find"
          onKeyDown={event => {
            if (event.key === 'Escape') (event.target as HTMLElement).blur()
            if (event.key !== 'Enter') return
            event.preventDefault()
            hits.go(event.shiftKey ? -1 : 1)
          }}
        >
          <Field query={query} name="q" label="Find" />
          <span role="status">
            {words !== '' &&
              (hits.of === 0
                ? 'not found'
                : `${hits.at > 0 ? `${hits.at} of ` : ''}${counted(hits.of, 'item')}, ${counted(hits.places, 'place')}`)}
          </span>
          {hits.of > 0 && (
            <>
              <button type="button" onClick={() => hits.go(-1)} aria-label="Place before">
                ↑
              </button>
              <button type="button" onClick={() => hits.go(1)} aria-label="Next place">
                ↓
              </button>
            </>
          )}
        </search>
        {source.kind === 'store' && (
          <Labeller
            key={page.trace_id}
            source={source.id}
            sessions={[page.trace_id]}
            message={null}
            shows
            onSaid={onSaid}
            isDeaf={isDeaf}
          />
        )}
      </div>
    </header>
  )
}
