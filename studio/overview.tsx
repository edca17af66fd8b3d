import type { Overview } from '../src/studio/api.ts'
import { useAnswer } from './ask.ts'
import type { PageProps } from './page-props.ts'
import { Bars, Failed, Figure, Panel, Waiting } from './parts.tsx'
import { hrefOf } from './route.ts'
import { Filters, selectorsOf } from './selectors.tsx'
import { useVersion } from './sources.tsx'
import { TableHead } from './table-head.tsx'
import { StackedWeeks } from './weeks.tsx'
import { count, money, short } from './words.ts'

/** What a store holds, in numbers; each leads to the sessions it counts. */
export function OverviewPage({ source, route }: PageProps) {
  const select = selectorsOf(route.query)
  const { data, error, isLate } = useAnswer<Overview>(
    `/${encodeURIComponent(source.id)}/overview?${new URLSearchParams(select)}`,
    useVersion(source.id),
  )
  const list = (more: { [name: string]: string | null }) => hrefOf(['sessions', source.id], { ...select, ...more })
  return (
    <>
      <h1>{source.name}</h1>
      <Filters query={route.query} />
      {error !== null && <Failed error={error} />}
      {data === null ? (
        isLate && <Waiting what="Reading sessions" />
      ) : (
        <Sums data={data} list={list} cost={by => hrefOf(['cost', source.id], { ...select, by })} />
      )}
    </>
  )
}

type Links = { data: Overview; list: (more: { [name: string]: string | null }) => string; cost: (by: string) => string }

function Sums({ data, list, cost }: Links) {
  const cached = data.tokens === 0 ? 0 : Math.round((data.cached_tokens / data.tokens) * 100)
  if (data.sessions === 0) return <p class="empty">No session here. Choose others, or put some in: tracewright ingest PATH -o DIR</p>
  return (
    <>
      <dl class="figures">
        <Figure name="Sessions" value={count(data.sessions)} href={list({ children: 'yes' })} note="with sub-agents" />
        <Figure name="Messages" value={short(data.messages)} />
        <Figure name="Tokens" value={short(data.tokens)} note={`${cached}% from cache`} />
        <Figure
          name="Cost"
          value={money(data.usd)}
          href={cost('model')}
          note={data.unpriced_tokens > 0 ? `+ ${short(data.unpriced_tokens)} tokens unpriced` : undefined}
        />
        <Figure name="A tool failed" value={count(data.failed)} href={list({ failed: 'true', children: 'yes' })} />
        <Figure name="And was corrected" value={count(data.corrected)} href={list({ corrected: 'true', children: 'yes' })} />
      </dl>
      <div class="panels">
        <Panel title="Sessions a week, by agent" wide>
          <StackedWeeks
            weeks={data.weeks.map(({ week, agents }) => ({ week, parts: agents }))}
            say={count}
            elsewhere={inNoWeek(data)}
            hrefOf={week => list({ since: week, until: sundayOf(week) })}
          />
        </Panel>
        <Panel title="Cost a week, by model" wide>
          <StackedWeeks weeks={data.weeks.map(({ week, usd }) => ({ week, parts: usd }))} say={money} hrefOf={() => cost('week')} />
        </Panel>
        <Panel title="Projects">
          <Bars name="Sessions by project" counts={data.projects.slice(0, 12)} hrefOf={project => list({ project })} />
        </Panel>
        <Panel title="Agents">
          <Bars name="Sessions by agent" counts={data.agents} hrefOf={agent => list({ agent })} />
          <h3>How they ended</h3>
          <Bars name="Sessions by status" counts={data.statuses} hrefOf={status => list({ status })} />
        </Panel>
        <Panel title="Models">
          <table>
            <TableHead words={['Model']} numbers={['Tokens', 'USD']} />
            <tbody>
              {data.models.slice(0, 12).map(({ model, tokens, usd }) => (
                <tr key={model}>
                  <th scope="row">
                    <a href={list({ model })}>{model}</a>
                  </th>
                  <td class="n">{short(tokens)}</td>
                  <td class="n">{money(usd)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Panel>
        <Panel title="Tools">
          <table>
            <TableHead words={['Tool']} numbers={['Calls', 'Failed']} />
            <tbody>
              {data.tools.slice(0, 14).map(({ name, calls, failed }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td class="n">{count(calls)}</td>
                  <td class={failed > 0 ? 'n bad' : 'n'}>{failed === 0 ? '0' : `${count(failed)} · ${percent(failed / calls)}`}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Panel>
      </div>
    </>
  )
}

function percent(share: number): string {
  return `${share < 0.1 ? (share * 100).toFixed(1) : Math.round(share * 100)}%`
}

/** The sum of the weeks is not that of the agents where logs tell no time, or one that is long past: then it says so. */
function inNoWeek({ sessions, weeks }: Overview): string {
  const shown = weeks.reduce((sum, { agents }) => Object.values(agents).reduce((part, n) => part + n, sum), 0)
  return shown === sessions ? '' : `${count(sessions - shown)} more: without a time, or before these weeks`
}

function sundayOf(monday: string): string {
  return new Date(Date.parse(monday) + 6 * 86_400_000).toISOString().slice(0, 10)
}
