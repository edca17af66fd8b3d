import type { RunRows } from '../src/studio/api.ts'
import { useAnswer } from './ask.ts'
import { useKeys } from './keys.ts'
import type { PageProps } from './page-props.ts'
import { Failed, Waiting } from './parts.tsx'
import { changed, go, hrefOf } from './route.ts'
import { useVersion } from './sources.tsx'
import { count } from './words.ts'

const PAGE = 50

/** Rows of a run in a table, values by their beginnings. */
export function RunRowsPage({ source, route }: PageProps) {
  const offset = Math.max(0, Math.trunc(Number(route.query.get('offset') ?? 0)) || 0)
  const { data, error, isLate } = useAnswer<RunRows>(
    `/${encodeURIComponent(source.id)}/run/rows?offset=${offset}&limit=${PAGE}`,
    useVersion(source.id),
  )
  const to = (at: number) => changed({ offset: at === 0 ? null : String(at) }, route.query)
  const hasMore = data !== null && offset + PAGE < data.total
  useKeys([
    { key: ']', what: 'next rows', run: () => hasMore && go(to(offset + PAGE)) },
    { key: '[', what: 'rows before', run: () => offset > 0 && go(to(Math.max(0, offset - PAGE))) },
  ])
  if (error !== null) return <Failed error={error} />
  if (data === null) return isLate ? <Waiting what="Reading rows" /> : null
  if (data.total === 0) return <p class="empty">No row is finished and saved yet.</p>
  return (
    <>
      <p class="tools">
        <span role="status">
          Rows {count(offset + 1)} to {count(Math.min(data.total, offset + PAGE))} of {count(data.total)}
        </span>
        {offset > 0 && (
          <a class="button" href={to(Math.max(0, offset - PAGE))}>
            before
          </a>
        )}
        {hasMore && (
          <a class="button" href={to(offset + PAGE)}>
            next
          </a>
        )}
      </p>
      <section class="wide-table" tabIndex={0} aria-label="Rows">
        <table class="rows">
          <thead>
            <tr>
              <th scope="col">#</th>
              {data.columns.slice(0, SHOWN).map(column => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data.rows.map((cells, i) => (
              <tr key={offset + i}>
                <th scope="row">
                  <a href={hrefOf(['run', source.id, 'rows', offset + i])}>{offset + i}</a>
                </th>
                {cells.slice(0, SHOWN).map((cell, n) => (
                  <td key={data.columns[n]}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  )
}

/** Columns of the table: what was made stands first, and a row has all of them. */
const SHOWN = 12
