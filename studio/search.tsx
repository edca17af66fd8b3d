import type { SearchResult } from '../src/studio/api.ts'
import { useAnswer } from './ask.ts'
import { Field } from './field.tsx'
import type { PageProps } from './page-props.ts'
import { Failed, Waiting } from './parts.tsx'
import { changed, go, hrefOf } from './route.ts'
import { Filters, selectorsOf } from './selectors.tsx'
import { useVersion } from './sources.tsx'
import { baseName, counted, when } from './words.ts'

/** Words in everything that was said in a store, the newest sessions first. */
export function SearchPage({ source, route }: PageProps) {
  const { query } = route
  const words = query.get('q') ?? ''
  const params = new URLSearchParams({ ...selectorsOf(query), q: words })
  for (const name of ['regexp', 'case']) if (query.has(name)) params.set(name, '1')
  const { data, error, isLate } = useAnswer<SearchResult>(
    words === '' ? null : `/${encodeURIComponent(source.id)}/search?${params}`,
    useVersion(source.id),
  )
  const addressOf = (id: string, message: number) =>
    hrefOf(['sessions', source.id, id], { m: message, q: query.has('regexp') ? null : words })
  const places = data?.sessions.reduce((sum, session) => sum + session.places, 0) ?? 0
  return (
    <>
      <h1>Search</h1>
      <div class="filters">
        <Field query={query} name="q" label="Words" wide />
        {(['regexp', 'case'] as const).map(name => (
          <label key={name} class="switch">
            <input
              type="checkbox"
              checked={query.has(name)}
              onChange={event => go(changed({ [name]: event.currentTarget.checked ? '1' : null }))}
            />{' '}
            {name === 'case' ? 'as written' : 'regular expression'}
          </label>
        ))}
      </div>
      <Filters query={query} />
      {error !== null && <Failed error={error} />}
      {isLate && <Waiting what="Searching. The first search of a store makes what it searches, and takes longer" />}
      {words !== '' && data !== null && error === null && (
        <>
          <p role="status">
            {data.sessions.length === 0
              ? 'Not found'
              : `${counted(places, 'place')} in ${counted(data.sessions.length, 'session')}${data.hasMore ? ', and older ones' : ''}`}
          </p>
          {data.problems.map(problem => (
            <p key={problem} class="bad">
              Not searched: {problem}
            </p>
          ))}
          <ol class="found">
            {data.sessions.map(session => (
              <li key={session.trace_id}>
                <h2>
                  <a href={addressOf(session.trace_id, session.hits[0]?.message ?? 0)}>{baseName(session.project)}</a>{' '}
                  <span class="dim">
                    {when(session.started_at)} · {session.agent} · {counted(session.places, 'place')}
                  </span>
                </h2>
                <ul>
                  {session.hits.map((hit, i) => (
                    <li key={`${hit.message} ${i}`}>
                      <a href={addressOf(session.trace_id, hit.message)}>
                        <span class="dim">
                          #{hit.message} {hit.whose}
                        </span>{' '}
                        {hit.before}
                        <mark>{hit.match}</mark>
                        {hit.after}
                      </a>
                    </li>
                  ))}
                </ul>
                {session.places > session.hits.length && (
                  <p class="dim">and {counted(session.places - session.hits.length, 'place')} more</p>
                )}
              </li>
            ))}
          </ol>
        </>
      )}
    </>
  )
}
