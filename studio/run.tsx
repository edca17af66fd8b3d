import { useEffect, useRef, useState } from 'preact/hooks'
import type { RunPage as Run } from '../src/studio/api.ts'
import { useAnswer } from './ask.ts'
import type { PageProps } from './page-props.ts'
import { Copy, Failed, Figure, Panel, Waiting } from './parts.tsx'
import { changed, hrefOf } from './route.ts'
import { RunFailurePage } from './run-failure.tsx'
import { Failures } from './run-failures.tsx'
import { Life, useLife } from './run-life.tsx'
import { RunRowPage } from './run-row.tsx'
import { RunRowsPage } from './run-rows.tsx'
import { useVersion } from './sources.tsx'
import { TableHead } from './table-head.tsx'
import { count, money, short, when } from './words.ts'

/** A run: how it stands, what was lost on the way, why, and what it cost; its rows. */
export function RunPage({ source, route }: PageProps) {
  const [, , part, index] = route.path
  const version = useVersion(source.id)
  const [dealtWith, setDealtWith] = useState('')
  const { data, error, isLate } = useAnswer<Run>(`/${encodeURIComponent(source.id)}/run`, `${version} ${dealtWith}`)
  return (
    <>
      <h1>{data?.name ?? source.name}</h1>
      <nav class="tabs" aria-label="Parts of the run">
        <a href={hrefOf(['run', source.id])} aria-current={part === undefined ? 'true' : undefined}>
          Progress and failures
        </a>
        <a href={hrefOf(['run', source.id, 'rows'])} aria-current={part === 'rows' ? 'true' : undefined}>
          Rows
        </a>
      </nav>
      {error !== null && <Failed error={error} />}
      {part === 'rows' ? (
        index === undefined ? (
          <RunRowsPage source={source} route={route} />
        ) : (
          <RunRowPage source={source} index={Number(index)} />
        )
      ) : part === 'failures' && index !== undefined ? (
        <RunFailurePage source={source} row={index} retry={data?.retry ?? null} />
      ) : data === null ? (
        isLate && <Waiting what="Reading the run" />
      ) : (
        <Standing run={data} source={source.id} query={route.query} onDealtWith={setDealtWith} />
      )}
    </>
  )
}

type StandingProps = { run: Run; source: string; query: URLSearchParams; onDealtWith: (counts: string) => void }

function Standing({ run, source, query, onDealtWith }: StandingProps) {
  const pace = usePace(run)
  const life = useLife(source, run)
  const pulse = run.status === 'running' ? life.pulse : null
  // While no part is written no file changes but the sign of life: what it counts is why the page asks again.
  const dealtWith = pulse === null ? '' : [pulse.rows, pulse.failed, pulse.declined].join(' ')
  useEffect(() => onDealtWith(dealtWith), [dealtWith, onDealtWith])
  const done = pulse?.done ?? (run.accept === null ? begunRows(run) : run.rows)
  const left = run.target === null || pace === null || pace <= 0 || life.state !== 'working' ? null : (run.target - done) / pace
  return (
    <>
      <Life run={run} life={life} />
      {run.target !== null && <progress aria-label="Rows made" max={run.target} value={Math.min(done, run.target)} />}
      <dl class="figures">
        <Figure
          name={run.accept === null ? 'Rows' : 'Accepted rows'}
          value={count(pulse?.rows ?? run.rows)}
          href={hrefOf(['run', source, 'rows'])}
          note={run.target === null ? undefined : `of ${count(run.target)}`}
        />
        <Figure name="Replies of models" value={count(run.replies)} note={healthChecks(run)} />
        <Figure
          name="Cost"
          value={pulse !== null ? money(pulse.cost_usd) : run.usage === null ? 'not yet told' : money(run.usage.run.cost_usd)}
          note={run.max_cost_usd === null ? undefined : `of ${money(run.max_cost_usd)}`}
        />
        <Figure name="Begun" value={when(run.started_at)} note={left === null ? undefined : `about ${span(left)} left`} />
      </dl>
      <div class="panels">
        <Panel title="What became of rows" wide>
          <Funnel run={run} query={query} />
        </Panel>
        <Panel title="Columns" wide>
          <Columns run={run} />
        </Panel>
        <Panel title="Go on">
          {run.resume === null && run.retry === null && <p>All is made.</p>}
          {run.resume !== null && (
            <p>
              <Copy text={run.resume}>copy the command that goes on</Copy>
              <code class="command">{run.resume}</code>
            </p>
          )}
          {run.retry !== null && (
            <p>
              <Copy text={run.retry}>copy the command that tries again what failed</Copy>
              <code class="command">{run.retry}</code>
            </p>
          )}
        </Panel>
        {run.usage !== null && (
          <Panel title="Bill">
            <Bill usage={run.usage} />
          </Panel>
        )}
      </div>
      <Failures run={run} source={source} query={query} />
    </>
  )
}

/** Models are asked once whether they answer before rows are made: that reply is no column's. */
function healthChecks({ replies, columns }: Run): string | undefined {
  const others = replies - columns.reduce((sum, column) => sum + column.replies, 0)
  return others > 0 ? `${count(others)} of them to the health check` : undefined
}

function begunRows({ funnel }: Run): number {
  return funnel.find(({ stage }) => stage === 'rows begun')?.rows ?? 0
}

/** Rows a second, as this page has seen it. */
function usePace(run: Run): number | null {
  const first = useRef<{ at: number; rows: number } | null>(null)
  const done = begunRows(run)
  first.current ??= { at: Date.now(), rows: done }
  const seconds = (Date.now() - first.current.at) / 1000
  return run.status !== 'running' || seconds < 5 || done === first.current.rows ? null : (done - first.current.rows) / seconds
}

function span(seconds: number): string {
  return seconds < 90 ? `${Math.round(seconds)} s` : seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
}

function Funnel({ run, query }: { run: Run; query: URLSearchParams }) {
  const most = Math.max(1, ...run.funnel.map(({ rows }) => rows))
  return (
    <ol class="bars">
      {run.funnel.map(({ stage, rows, lost }) => (
        <li key={stage}>
          <p class="stage">
            <span class="bar" aria-hidden="true" style={{ width: `${(rows / most) * 100}%` }} />
            <span class="name">{stage}</span>
            <span class="n">{count(rows)}</span>
          </p>
          {lost.map(({ value, count: n }) => (
            <p key={value} class="lost">
              {value === 'not accepted' ? (
                <span>− {count(n)} not accepted</span>
              ) : (
                <a class="bad" href={changed({ cause: value }, query)}>
                  − {count(n)} {value}
                </a>
              )}
            </p>
          ))}
        </li>
      ))}
    </ol>
  )
}

function Columns({ run }: { run: Run }) {
  return (
    <section class="wide-table" tabIndex={0} aria-label="Columns">
      <table>
        <TableHead words={['Column', 'What it is', 'Reads']} numbers={['Replies', 'Failed']} />
        <tbody>
          {run.columns.map(({ name, type, reads, replies, failed }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{type}</td>
              <td class="dim">{reads.join(', ')}</td>
              <td class="n">{replies > 0 && count(replies)}</td>
              <td class={failed > 0 ? 'n bad' : 'n'}>{count(failed)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Bill({ usage }: { usage: NonNullable<Run['usage']> }) {
  const lines = [...Object.entries(usage.models), ['in all', usage.run] as const]
  return (
    <section class="wide-table" tabIndex={0} aria-label="Bill by model">
      <table>
        <thead>
          <tr>
            <th scope="col">Model</th>
            {['calls', 'in', 'out', 'USD'].map(name => (
              <th key={name} scope="col" class="n">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map(([name, line]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="n">{count(line.calls)}</td>
              <td class="n">{short(line.input_tokens)}</td>
              <td class="n">{short(line.output_tokens)}</td>
              <td class="n">{money(line.cost_usd)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
