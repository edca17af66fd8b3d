import type { ExportChanges } from '../src/studio/api.ts'
import { useAnswer } from './ask.ts'
import type { PageProps } from './page-props.ts'
import { Copy, Failed, Panel, Waiting } from './parts.tsx'
import { changed, go } from './route.ts'
import { useShelf } from './sources.tsx'
import { TableHead } from './table-head.tsx'
import { count, shellWord } from './words.ts'

/** What has changed since another export, where there is one to choose. */
export function ChangesSince({ source, route }: PageProps) {
  const others = useShelf().sources.filter(({ kind, id }) => kind === 'export' && id !== source.id)
  const before = others.find(({ id }) => id === route.query.get('before'))
  const { data, error, isLate } = useAnswer<ExportChanges>(
    before === undefined ? null : `/${encodeURIComponent(source.id)}/export/diff?before=${encodeURIComponent(before.id)}`,
    `${before?.version} ${source.version}`,
  )
  if (others.length === 0) return null
  return (
    <Panel title="Compared with another export" wide>
      <p class="tools">
        <select
          aria-label="Export before"
          value={before?.id ?? ''}
          onChange={event => go(changed({ before: event.currentTarget.value || null }, route.query))}
        >
          <option value="">choose one</option>
          {others.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
        {before !== undefined && <Copy text={`tracewright diff ${shellWord(before.path)} ${shellWord(source.path)}`}>as command</Copy>}
      </p>
      {before !== undefined && error !== null && <Failed error={error} />}
      {before !== undefined && (data === null ? isLate && <Waiting what="Reading both" /> : <Causes changes={data} />)}
    </Panel>
  )
}

function Causes({ changes: { same, causes, rows } }: { changes: ExportChanges }) {
  return (
    <>
      <table>
        <TableHead words={['Change', 'Why']} numbers={['Rows']} />
        <tbody>
          <tr>
            <th scope="row">same</th>
            <td />
            <td class="n">{count(same)}</td>
          </tr>
          {causes.map(({ change, cause, rows: n }) => (
            <tr key={`${change} ${cause}`}>
              <th scope="row">{change}</th>
              <td>{cause}</td>
              <td class="n">{count(n)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > 0 && (
        <details>
          <summary>The first of these sessions</summary>
          <ul>
            {rows.map(({ trace_id, change, cause, rows: n }, i) => (
              <li key={i}>
                {change} {trace_id}: {cause}
                {n > 1 && ` (${count(n)} rows)`}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  )
}
