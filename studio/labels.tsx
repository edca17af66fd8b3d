import { useState } from 'preact/hooks'
import type { DeclaredName, LabelSummary } from '../src/studio/api.ts'
import { useAnswer } from './ask.ts'
import type { PageProps } from './page-props.ts'
import { Failed, Figure, Waiting } from './parts.tsx'
import { hrefOf } from './route.ts'
import { rater } from './said.ts'
import { useLabelsVersion } from './sources.tsx'
import { TableHead } from './table-head.tsx'
import { count } from './words.ts'

/** What was said of a store: names and their values, who said it, and how far people agree. */
export function LabelsPage({ source }: PageProps) {
  const { data, error, isLate } = useAnswer<LabelSummary>(`/${encodeURIComponent(source.id)}/labels/summary`, useLabelsVersion(source.id))
  const { data: declared } = useAnswer<DeclaredName[]>(`/${encodeURIComponent(source.id)}/labels/names`, useLabelsVersion(source.id))
  const [by, setBy] = useState(rater() ?? '')
  return (
    <>
      <h1>Labels</h1>
      {error !== null && <Failed error={error} />}
      <p class="tools">
        <label>
          You label as{' '}
          <input
            value={by}
            maxLength={100}
            placeholder={data?.by}
            onInput={event => {
              setBy(event.currentTarget.value)
              rater(event.currentTarget.value)
            }}
          />
        </label>
        <a class="button" href={hrefOf(['sessions', source.id], { label: 'none' })}>
          sessions without a verdict
        </a>
      </p>
      {declared !== null && declared.length > 0 && (
        <p>
          What may be said: {declared.map(({ name, values }) => `${name} (${values.join(', ')})`).join(' · ')}. In a session <kbd>l</kbd>
          {declared.some(({ name }) => name === 'tag') && (
            <>
              {' '}
              or <kbd>t</kbd>
            </>
          )}{' '}
          offers it.
        </p>
      )}
      {data === null ? (
        isLate && <Waiting what="Reading labels" />
      ) : data.labels === 0 ? (
        <Nothing source={source.id} />
      ) : (
        <Summary data={data} source={source.id} />
      )}
    </>
  )
}

function Nothing({ source }: { source: string }) {
  return (
    <p class="empty">
      Nobody has said anything yet. Open a <a href={hrefOf(['sessions', source])}>session</a> and press <kbd>a</kbd> to accept it,{' '}
      <kbd>x</kbd> to reject it, <kbd>l</kbd> for a name of your own.
    </p>
  )
}

function Summary({ data: { labels, sessions, names, raters, agreement }, source }: { data: LabelSummary; source: string }) {
  return (
    <>
      <dl class="figures">
        <Figure name="Labels" value={count(labels)} />
        <Figure name="Sessions" value={count(sessions)} />
        <Figure name="People" value={count(raters.length)} note={raters.map(({ value, count: n }) => `${value} ${count(n)}`).join(', ')} />
      </dl>
      <div class="panels">
        <section class="panel wide">
          <h2>How far people agree</h2>
          {agreement.length === 0 ? (
            <p class="dim">No two people have rated the same yet.</p>
          ) : (
            <section class="wide-table" tabIndex={0} aria-label="Agreement">
              <table>
                <TableHead words={['What', 'Who']} numbers={['Both rated', 'Alike', 'Cohen’s kappa']} />
                <tbody>
                  {agreement.map(({ name, raters: [a, b], items, agreed, kappa }) => (
                    <tr key={`${name} ${a} ${b}`}>
                      <th scope="row">{name}</th>
                      <td>
                        {a}, {b}
                      </td>
                      <td class="n">{count(items)}</td>
                      <td class="n">{Math.round((agreed / items) * 100)} %</td>
                      <td class="n">{kappa === null ? 'says nothing' : kappa.toFixed(2)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
          )}
          <p>
            <a href={hrefOf(['sessions', source], { label: 'disputed' })}>Sessions with different verdicts</a>
          </p>
        </section>
        {names.map(({ name, values }) => (
          <section key={name} class="panel">
            <h2>{name}</h2>
            <table>
              <tbody>
                {values.map(({ value, count: n, by }) => (
                  <tr key={value}>
                    <th scope="row" class="said">
                      {name === 'verdict' ? (
                        <a href={hrefOf(['sessions', source], { label: value })}>{value}</a>
                      ) : name === 'tag' ? (
                        <a href={hrefOf(['sessions', source], { tag: value })}>{value}</a>
                      ) : (
                        value
                      )}
                    </th>
                    <td class="n" title={by.map(({ value, count: n }) => `${value} ${n}`).join(', ')}>
                      {count(n)}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        ))}
      </div>
    </>
  )
}
