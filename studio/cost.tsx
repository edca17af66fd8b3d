import type { CostReport } from '../src/studio/api.ts'
import { useAnswer } from './ask.ts'
import type { PageProps } from './page-props.ts'
import { Copy, Failed, Waiting } from './parts.tsx'
import { changed, hrefOf } from './route.ts'
import { asOptions, Filters, selectorsOf } from './selectors.tsx'
import { useVersion } from './sources.tsx'
import { count, money, shellWord, short } from './words.ts'

const KEYS = ['day', 'week', 'month', 'model', 'project', 'agent', 'session'] as const

/** What sessions took and cost, as `tracewright cost` says it. */
export function CostPage({ source, route }: PageProps) {
  const by = KEYS.find(key => key === route.query.get('by')) ?? 'month'
  const params = new URLSearchParams({ ...selectorsOf(route.query), by })
  const { data, error, isLate } = useAnswer<CostReport>(`/${encodeURIComponent(source.id)}/cost?${params}`, useVersion(source.id))
  return (
    <>
      <h1>Cost</h1>
      <Filters query={route.query} />
      <nav class="tabs" aria-label="Split by">
        {KEYS.map(key => (
          <a key={key} href={changed({ by: key }, route.query)} aria-current={key === by ? 'true' : undefined}>
            by {key}
          </a>
        ))}
      </nav>
      {error !== null && <Failed error={error} />}
      {data === null ? isLate && <Waiting what="Reckoning" /> : <Bill report={data} source={source.id} />}
      <Copy text={`tracewright cost ${shellWord(source.path)} --by ${by} ${asOptions(route.query)}`.trim()}>as command</Copy>
    </>
  )
}

const COLUMNS = ['sessions', 'in', 'cache read', 'cache write', 'out', 'USD', 'recorded', 'sub-agents', 'unpriced tokens'] as const

function Bill({ report: { by, lines, total, unpriced, prices }, source }: { report: CostReport; source: string }) {
  const most = Math.max(...lines.map(({ usd }) => usd ?? 0), 0)
  const cells = (line: CostReport['total']) => [
    count(line.sessions),
    short(line.input_tokens - line.cached_input_tokens - line.cache_write_tokens),
    short(line.cached_input_tokens),
    short(line.cache_write_tokens),
    short(line.output_tokens),
    money(line.usd),
    money(line.recorded_usd),
    money(line.subagents_usd),
    line.unpriced_tokens === 0 ? '' : short(line.unpriced_tokens),
  ]
  const linkOf = (key: string) =>
    by === 'session'
      ? hrefOf(['sessions', source, key])
      : by === 'model' || by === 'project' || by === 'agent'
        ? hrefOf(['sessions', source], { [by]: key })
        : null
  return (
    <>
      <section class="wide-table" tabIndex={0} aria-label="Bill">
        <table>
          <thead>
            <tr>
              <th scope="col">{by}</th>
              {COLUMNS.map(column => (
                <th key={column} scope="col" class="n">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lines.map(line => {
              const link = line.key === null ? null : linkOf(line.key)
              return (
                <tr key={line.key}>
                  <th scope="row" class="barred">
                    <span class="bar" aria-hidden="true" style={{ width: `${most === 0 ? 0 : ((line.usd ?? 0) / most) * 100}%` }} />
                    {link === null ? (line.key ?? 'not recorded') : <a href={link}>{line.key}</a>}
                  </th>
                  {cells(line).map((cell, i) => (
                    <td key={COLUMNS[i]} class="n">
                      {cell}
                    </td>
                  ))}
                </tr>
              )
            })}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">total</th>
              {cells(total).map((cell, i) => (
                <td key={COLUMNS[i]} class="n">
                  {cell}
                </td>
              ))}
            </tr>
          </tfoot>
        </table>
      </section>
      {unpriced.length > 0 && (
        <p>
          Nobody here knows what these cost, and they are in no sum:{' '}
          {unpriced.map(({ model, tokens }) => `${model ?? 'not recorded'} (${short(tokens)} tokens)`).join(', ')}.
        </p>
      )}
      <p class="dim">US dollars. Prices: {prices}, at the time of each response; subscriptions cost what they cost instead.</p>
    </>
  )
}
