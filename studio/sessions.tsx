import { useRef, useState } from 'preact/hooks'
import type { Facet, SessionLine, SessionList } from '../src/studio/api.ts'
import { useAnswer } from './ask.ts'
import { Field } from './field.tsx'
import { useKeys } from './keys.ts'
import { Labeller } from './label-bar.tsx'
import { useListPages } from './list-pages.ts'
import type { PageProps } from './page-props.ts'
import { Copy, Failed, Waiting } from './parts.tsx'
import { changed, go, hrefOf } from './route.ts'
import { asOptions, Filters, selectorsOf } from './selectors.tsx'
import { useLabelsVersion, useVersion } from './sources.tsx'
import { useVirtual } from './virtual.ts'
import { baseName, count, counted, money, shellWord, short, when } from './words.ts'

/** Pixels of a line of the list. */
const LINE = 64

const SORTS = ['newest', 'oldest', 'messages', 'failures', 'tokens', 'cost'] as const

/** Sessions of a source: chosen by what they are, in a list of any length. */
export function SessionsPage({ source, route }: PageProps) {
  const select = selectorsOf(route.query, true)
  const asked = `/${encodeURIComponent(source.id)}/sessions?${new URLSearchParams(select)}`
  const version = `${useVersion(source.id)} ${useLabelsVersion(source.id)}`
  const { data, error, isLate } = useAnswer<SessionList>(asked, version)
  return (
    <div class="with-facets">
      <h1>Sessions</h1>
      <Filters query={route.query}>
        {source.kind === 'store' && <Field query={route.query} name="search" label="Said in it" />}
        <label>
          Order{' '}
          <select value={route.query.get('sort') ?? 'newest'} onChange={event => go(changed({ sort: event.currentTarget.value }))}>
            {SORTS.map(sort => (
              <option key={sort}>{sort}</option>
            ))}
          </select>
        </label>
        <label class="switch">
          <input
            type="checkbox"
            checked={route.query.get('children') === 'yes'}
            onChange={event => go(changed({ children: event.currentTarget.checked ? 'yes' : null }))}
          />{' '}
          sub-agents too
        </label>
      </Filters>
      {error !== null ? <Failed error={error} /> : data === null ? isLate && <Waiting what="Reading sessions" /> : null}
      {data !== null && error === null && (
        <>
          <Facets data={data} query={route.query} />
          <List key={asked} source={source} data={data} asked={asked} query={route.query} version={version} />
        </>
      )}
    </div>
  )
}

const FACET_NAMES: { readonly [facet in Facet]: string } = {
  agent: 'Agent',
  project: 'Project',
  model: 'Model',
  status: 'Ended',
  label: 'Label',
}

function Facets({ data, query }: { data: SessionList; query: URLSearchParams }) {
  return (
    <aside class="facets" aria-label="Kinds of sessions">
      {(Object.keys(FACET_NAMES) as Facet[]).map(facet => {
        if (data.facets[facet].length === 0) return null
        const chosen = query.get(facet)
        return (
          <section key={facet}>
            <h2>{FACET_NAMES[facet]}</h2>
            <ul>
              {data.facets[facet].slice(0, 12).map(({ value, count: n }) => {
                const name = value ?? (facet === 'label' ? 'none' : null)
                const isChosen = name !== null && chosen === name
                const text = facet === 'project' ? baseName(value) : (name ?? 'not recorded')
                return (
                  <li key={value}>
                    {name === null ? (
                      <span class="dim">{text}</span>
                    ) : (
                      <a
                        href={changed({ [facet]: isChosen ? null : name }, query)}
                        aria-current={isChosen ? 'true' : undefined}
                        title={name}
                      >
                        {text}
                      </a>
                    )}{' '}
                    <span class="n">{count(n)}</span>
                  </li>
                )
              })}
            </ul>
          </section>
        )
      })}
    </aside>
  )
}

type ListProps = { source: PageProps['source']; data: SessionList; asked: string; query: URLSearchParams; version: string }

function List({ source, data, asked, query, version }: ListProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const [current, setCurrent] = useState(0)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const pages = useListPages(asked, data, version)
  const virtual = useVirtual(scroller, { count: data.total, estimate: () => LINE, overscan: 8 })
  const items = virtual.getVirtualItems()
  pages.want(items[0]?.index ?? 0, items.at(-1)?.index ?? 0)
  const line = pages.line(current)
  const addressOf = (line: SessionLine) => hrefOf(['sessions', source.id, line.trace_id], { list: listQuery(query) })
  const move = (to: number) => {
    const next = Math.max(0, Math.min(data.total - 1, to))
    setCurrent(next)
    virtual.scrollToIndex(next)
  }
  const toggle = (id: string | undefined) => {
    if (id === undefined) return
    const next = new Set(chosen)
    if (!next.delete(id)) next.add(id)
    setChosen(next)
  }
  useKeys([
    { key: 'j', what: 'next session', run: () => move(current + 1) },
    { key: 'k', what: 'session before', run: () => move(current - 1) },
    { key: 'ArrowDown', what: 'next session', run: () => move(current + 1) },
    { key: 'ArrowUp', what: 'session before', run: () => move(current - 1) },
    { key: 'g', what: 'first', run: () => move(0) },
    { key: 'G', what: 'last', run: () => move(data.total - 1) },
    { key: 'Enter', what: 'open', run: () => line && go(addressOf(line)) },
    { key: ' ', what: 'choose, to label several', run: () => toggle(line?.trace_id) },
  ])
  if (data.total === 0) return <NothingHere data={data} query={query} />
  const options = asOptions(query)
  const labelled = chosen.size > 0 ? [...chosen] : line === undefined ? [] : [line.trace_id]
  return (
    <section class="list" aria-label="Sessions">
      <div class="tools">
        <span role="status">
          {counted(data.total, 'session')}
          {chosen.size > 0 && `, ${count(chosen.size)} chosen`}
        </span>
        {source.kind === 'store' && (
          <>
            <a class="button" href={hrefOf(['sessions', source.id, data.lines[0]?.trace_id ?? ''], { list: listQuery(query), review: 1 })}>
              Review
            </a>
            <Labeller source={source.id} sessions={labelled} message={null} />
          </>
        )}
        {chosen.size > 1 && chosen.size <= 4 && (
          <a class="button" href={`${hrefOf(['compare', source.id])}?${new URLSearchParams([...chosen].map(id => ['id', id]))}`}>
            Compare
          </a>
        )}
        <Copy text={`tracewright export ${shellWord(source.path)} ${options} -o train`.replace('  ', ' ')}>as export command</Copy>
      </div>
      <div ref={scroller} class="scroller" tabIndex={0} role="region" aria-label="List of sessions">
        <ul class="virtual" style={{ height: `${virtual.getTotalSize()}px` }}>
          {items.map(({ index, start }) => (
            <li
              key={index}
              style={{ transform: `translateY(${start}px)`, height: `${LINE}px` }}
              class={index === current ? 'line current' : 'line'}
              aria-setsize={data.total}
              aria-posinset={index + 1}
            >
              <Line
                line={pages.line(index)}
                addressOf={addressOf}
                isChosen={chosen.has(pages.line(index)?.trace_id ?? '')}
                onChoose={toggle}
              />
            </li>
          ))}
        </ul>
      </div>
    </section>
  )
}

function listQuery(query: URLSearchParams): string {
  return new URLSearchParams({ sort: 'newest', ...selectorsOf(query, true) }).toString()
}

type LineProps = {
  line: SessionLine | undefined
  addressOf: (line: SessionLine) => string
  isChosen: boolean
  onChoose: (id: string) => void
}

function Line({ line, addressOf, isChosen, onChoose }: LineProps) {
  if (line === undefined) return <span class="dim">…</span>
  const { trace_id, first_prompt, project, agent, models, started_at, failures, corrections, children, label, tags } = line
  return (
    <>
      <input type="checkbox" checked={isChosen} onChange={() => onChoose(trace_id)} aria-label={`Choose ${trace_id}`} />
      <a href={addressOf(line)} class="what">
        <span class="prompt">{first_prompt || (line.relation === 'subagent' ? 'A sub-agent' : 'No prompt of a person')}</span>
        <span class="dim">
          {baseName(project)} · {when(started_at)} · {agent}
          {models.length > 0 && ` · ${models.join(', ')}`}
        </span>
      </a>
      <span class="marks">
        {failures > 0 && <span class="bad">◆ {counted(failures, 'failure')}</span>}
        {corrections > 0 && <span class="edge">↺ corrected</span>}
        {children > 0 && <span>⤷ {children}</span>}
        {label !== null && <span class={`label ${label}`}>{label}</span>}
        {tags.map(tag => (
          <span key={tag} class="tag">
            {tag}
          </span>
        ))}
      </span>
      <span class="sums dim">
        {counted(line.messages, 'message')}
        <br />
        {line.tokens === 0 ? 'tokens not counted' : `${short(line.tokens)} tokens · ${money(line.usd)}`}
      </span>
    </>
  )
}

function NothingHere({ data, query }: { data: SessionList; query: URLSearchParams }) {
  const best = data.without[0]
  return (
    <section class="list empty">
      <p>No session meets all of this.</p>
      {best !== undefined && best.count > 0 && (
        <p>
          <a class="button" href={changed({ [best.name]: null }, query)}>
            Without {best.name}: {counted(best.count, 'session')}
          </a>
        </p>
      )}
    </section>
  )
}
