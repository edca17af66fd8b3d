import type { RunPage as Run } from '../src/studio/api.ts'
import { changed, hrefOf } from './route.ts'
import { count, counted } from './words.ts'

/** Failures of a run by their causes, each with the rows that failed so. */
export function Failures({ run, source, query }: { run: Run; source: string; query: URLSearchParams }) {
  const cause = query.get('cause')
  const groups = run.failures.filter(({ column, kind }) => cause === null || cause === kind || cause === `${column}: ${kind}`)
  return (
    <section aria-label="Failures">
      <h2>
        Failures by cause
        {cause !== null && (
          <>
            {' '}
            <a class="button" href={changed({ cause: null }, query)}>
              {cause} ×
            </a>
          </>
        )}
      </h2>
      {groups.length === 0 && <p class="dim">None</p>}
      {groups.map(group => (
        <details key={group.id} class="cause" open={cause !== null || groups.length === 1}>
          <summary>
            <span class="bad">◆ {counted(group.count, 'row')}</span> {group.column ?? 'seed'} · {group.kind} · {group.reason}
          </summary>
          {group.rows.length > 0 && (
            <>
              <h3>
                Rows, each with its prompt and what came back
                {group.rows.length < group.count && `: the first ${count(group.rows.length)}`}
              </h3>
              <ul class="failed-rows">
                {group.rows.map(({ row, reason }) => (
                  <li key={row}>
                    <a href={hrefOf(['run', source, 'failures', row])} title={reason}>
                      row {row}
                    </a>
                  </li>
                ))}
              </ul>
            </>
          )}
          {group.examples.length > 0 && (
            <>
              <h3>As they are in rejects.jsonl{group.examples.length < group.count && `, the first ${group.examples.length}`}</h3>
              {group.examples.map((example, i) => (
                <pre key={i}>{example.text}</pre>
              ))}
            </>
          )}
        </details>
      ))}
    </section>
  )
}
