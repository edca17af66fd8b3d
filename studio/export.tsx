import type { ExportPage as Export, ExportRows } from '../src/studio/api.ts'
import { useAnswer } from './ask.ts'
import { ChangesSince } from './export-changes.tsx'
import { TrainedRow } from './export-row.tsx'
import type { PageProps } from './page-props.ts'
import { Failed, Figure, Panel, Waiting } from './parts.tsx'
import { changed } from './route.ts'
import { useVersion } from './sources.tsx'
import { TableHead } from './table-head.tsx'
import { count, short } from './words.ts'

const PAGE = 10

/** An export: what became of what models wrote, its splits and rows. */
export function ExportPage({ source, route }: PageProps) {
  const version = useVersion(source.id)
  const { data, error, isLate } = useAnswer<Export>(`/${encodeURIComponent(source.id)}/export`, version)
  return (
    <>
      <h1>{source.name}</h1>
      {error !== null && <Failed error={error} />}
      {data === null ? isLate && <Waiting what="Reading the export" /> : <Report page={data} />}
      {data !== null && <ChangesSince source={source} route={route} />}
      {data !== null && data.files.length > 0 && <Rows source={source} route={route} page={data} version={version} />}
      {data !== null && (
        <details>
          <summary>Report, as it is in export.json</summary>
          <pre tabIndex={0} role="region" aria-label="Report as JSON" class="raw">
            {JSON.stringify(data.report, null, 2)}
          </pre>
        </details>
      )}
    </>
  )
}

/** A part of all, never said to be all where it is not. */
function share(part: number, all: number): string {
  return part === all ? '100%' : `${(Math.floor((1000 * part) / all) / 10).toFixed(1)}%`
}

type Funnel = {
  rows: number
  examples: number
  all: number
  trained: number
  masked: { [reason: string]: number }
  dropped: { [reason: string]: number }
}

function Report({ page: { report, files } }: { page: Export }) {
  const funnel = report['funnel'] as Partial<Funnel> | undefined
  const unit = String(report['unit'] ?? 'tokens')
  const all = funnel?.all ?? 0
  const parts = [
    { name: 'trained on', n: funnel?.trained ?? 0, kind: 'c2' },
    ...Object.entries(funnel?.masked ?? {}).map(([reason, n]) => ({ name: `masked: ${reason}`, n, kind: 'c5' })),
    ...Object.entries(funnel?.dropped ?? {}).map(([reason, n]) => ({ name: `left out: ${reason}`, n, kind: 'c4' })),
  ]
  return (
    <>
      <dl class="figures">
        <Figure name="Rows read" value={count(funnel?.rows ?? 0)} />
        <Figure name="Examples" value={count(funnel?.examples ?? 0)} />
        <Figure
          name={`Trained ${unit}`}
          value={short(funnel?.trained ?? 0)}
          note={all === 0 ? undefined : share(funnel?.trained ?? 0, all)}
        />
        <Figure name="View and dialect" value={`${String(report['view'])}, ${String(report['dialect'])}`} />
      </dl>
      <div class="panels">
        <Panel title={`What became of the ${unit} of models`} wide>
          {all === 0 ? (
            <p class="dim">Nothing of a model</p>
          ) : (
            <>
              <div class="share" aria-hidden="true">
                {parts.map(({ name, n, kind }) => (
                  <span key={name} class={kind} style={{ width: `${(n / all) * 100}%` }} />
                ))}
              </div>
              <ul class="legend">
                {parts.map(({ name, n, kind }) => (
                  <li key={name}>
                    <span class={`dot ${kind}`} aria-hidden="true" /> {name} <span class="dim">{short(n)}</span>
                  </li>
                ))}
              </ul>
            </>
          )}
        </Panel>
        <Panel title="Files">
          <table>
            <TableHead words={['File', 'Split']} numbers={['Rows', 'Bytes']} />
            <tbody>
              {files.map(({ name, split, rows, bytes }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td>{split}</td>
                  <td class="n">{count(rows)}</td>
                  <td class="n">{short(bytes)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Panel>
      </div>
    </>
  )
}

function Rows({ source, route, page, version }: PageProps & { page: Export; version: string }) {
  const splits = [...new Set(page.files.map(({ split }) => split))]
  const split = splits.find(split => split === route.query.get('split')) ?? splits[0]!
  const offset = Math.max(0, Math.trunc(Number(route.query.get('offset') ?? 0)) || 0)
  const { data, error } = useAnswer<ExportRows>(
    `/${encodeURIComponent(source.id)}/export/rows?split=${encodeURIComponent(split)}&offset=${offset}&limit=${PAGE}`,
    version,
  )
  return (
    <section aria-label="Rows">
      <h2>Rows</h2>
      <nav class="tabs" aria-label="Splits">
        {splits.map(one => (
          <a key={one} href={changed({ split: one, offset: null }, route.query)} aria-current={one === split ? 'true' : undefined}>
            {one}
          </a>
        ))}
      </nav>
      {error !== null && <Failed error={error} />}
      {data !== null && (
        <>
          {data.rows.map((row, i) => (
            <TrainedRow key={offset + i} row={row} n={offset + i} isOpen={data.rows.length === 1} />
          ))}
          <p class="tools">
            <span>
              {count(Math.min(data.total, offset + 1))} to {count(Math.min(data.total, offset + PAGE))} of {count(data.total)}
            </span>
            {offset > 0 && (
              <a class="button" href={changed({ offset: String(Math.max(0, offset - PAGE)) }, route.query)}>
                before
              </a>
            )}
            {offset + PAGE < data.total && (
              <a class="button" href={changed({ offset: String(offset + PAGE) }, route.query)}>
                next
              </a>
            )}
          </p>
        </>
      )}
    </section>
  )
}
