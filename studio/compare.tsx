import type { Comparison } from '../src/studio/api.ts'
import { useAnswer } from './ask.ts'
import type { PageProps } from './page-props.ts'
import { Failed, Waiting } from './parts.tsx'
import { hrefOf } from './route.ts'
import { useVersion } from './sources.tsx'
import { baseName, count, counted, money, short, when } from './words.ts'

/** Sessions beside each other: what they are, and their calls, those that are the same in one line. */
export function ComparePage({ source, route }: PageProps) {
  const ids = route.query.getAll('id')
  const params = new URLSearchParams(ids.map(id => ['id', id]))
  const { data, error, isLate } = useAnswer<Comparison>(`/${encodeURIComponent(source.id)}/compare?${params}`, useVersion(source.id))
  return (
    <>
      <h1>Sessions beside each other</h1>
      {error !== null && <Failed error={error} />}
      {data === null ? isLate && <Waiting what="Reading sessions" /> : <Beside comparison={data} source={source.id} />}
    </>
  )
}

function Beside({ comparison: { sessions, rows, left_out, parted }, source }: { comparison: Comparison; source: string }) {
  const facts: [name: string, (line: Comparison['sessions'][number]) => string][] = [
    ['project', line => baseName(line.project)],
    ['begun', line => when(line.started_at)],
    ['agent', line => line.agent ?? ''],
    ['models', line => line.models.join(', ')],
    ['messages', line => count(line.messages)],
    ['calls', line => count(line.calls)],
    ['failures', line => count(line.failures)],
    ['tokens', line => (line.tokens === 0 ? 'not counted' : short(line.tokens))],
    ['cost', line => money(line.usd)],
    ['ended', line => line.status ?? 'not known'],
  ]
  return (
    <>
      <p role="status">
        {parted === null
          ? 'They made the same calls.'
          : `They part at line ${count(parted + 1)} of ${counted(rows.length + left_out, 'call')}.`}
      </p>
      <section class="wide-table" tabIndex={0} aria-label="Comparison">
        <table class="compared">
          <thead>
            <tr>
              <th scope="col">#</th>
              {sessions.map(line => (
                <th key={line.trace_id} scope="col">
                  <a href={hrefOf(['sessions', source, line.trace_id])}>{line.first_prompt || line.trace_id}</a>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {facts.map(([name, of]) => (
              <tr key={name} class={new Set(sessions.map(of)).size > 1 ? 'differs' : undefined}>
                <th scope="row">{name}</th>
                {sessions.map(line => (
                  <td key={line.trace_id}>{of(line)}</td>
                ))}
              </tr>
            ))}
            {rows.map(({ calls, same }, i) => (
              <tr key={i} class={i === parted ? 'parts' : same ? undefined : 'differs'}>
                <th scope="row" class="dim">
                  {i + 1}
                </th>
                {calls.map((call, n) => (
                  <td key={sessions[n]!.trace_id}>
                    {call !== null && (
                      <a class="call-link" href={hrefOf(['sessions', source, sessions[n]!.trace_id], { m: call.message })}>
                        <b>{call.name}</b> {call.brief} {call.failed && <span class="bad">◆ failed</span>}
                      </a>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {left_out > 0 && <p class="dim">{counted(left_out, 'line')} more</p>}
    </>
  )
}
