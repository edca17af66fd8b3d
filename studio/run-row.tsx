import type { RunCell, RunRow, RunScore, Source } from '../src/studio/api.ts'
import { useAnswer } from './ask.ts'
import { useKeys } from './keys.ts'
import { Failed, Waiting } from './parts.tsx'
import { go, hrefOf } from './route.ts'
import { useVersion } from './sources.tsx'
import { count } from './words.ts'

/** A row of a run: what was made beside what it was made of. */
export function RunRowPage({ source, index }: { source: Source; index: number }) {
  const { data, error, isLate } = useAnswer<RunRow>(`/${encodeURIComponent(source.id)}/run/rows/${index}`, useVersion(source.id))
  const at = (to: number) => hrefOf(['run', source.id, 'rows', to])
  useKeys([
    { key: ']', what: 'next row', run: () => data !== null && index + 1 < data.total && go(at(index + 1)) },
    { key: '[', what: 'row before', run: () => index > 0 && go(at(index - 1)) },
    { key: 'u', what: 'up to the rows', run: () => go(hrefOf(['run', source.id, 'rows'])) },
  ])
  if (error !== null) return <Failed error={error} />
  if (data === null) return isLate ? <Waiting what="Reading the row" /> : null
  const session =
    data.trace_id === null ? null : (message: number | null) => hrefOf(['sessions', source.id, data.trace_id!], { m: message })
  const picturesOf = (column: number) => `/api/sources/${encodeURIComponent(source.id)}/run/rows/${index}/picture/${column}`
  return (
    <>
      <p class="tools">
        <span>
          Row {count(index)} of {count(data.total)}
        </span>
        {index > 0 && (
          <a class="button" href={at(index - 1)}>
            [ before
          </a>
        )}
        {index + 1 < data.total && (
          <a class="button" href={at(index + 1)}>
            next ]
          </a>
        )}
        {session !== null && (
          <a class="button" href={session(null)}>
            the session it is about
          </a>
        )}
      </p>
      <div class="beside">
        <section aria-label="What was made">
          <h2>Made</h2>
          {data.cells.map(
            (cell, i) => cell.type !== null && <Cell key={cell.column} cell={cell} session={session} pictures={picturesOf(i)} />,
          )}
        </section>
        <section aria-label="What the seed gave">
          <h2>Given by the seed</h2>
          {data.cells.map(
            (cell, i) => cell.type === null && <Cell key={cell.column} cell={cell} session={session} pictures={picturesOf(i)} />,
          )}
        </section>
      </div>
    </>
  )
}

type Link = ((message: number | null) => string) | null

/** A cell; `pictures`: where those are that it holds, by their numbers. */
function Cell({ cell, session, pictures }: { cell: RunCell; session: Link; pictures: string }) {
  const { column, type, text, scores } = cell
  return (
    <article class="cell">
      <h3>
        {column} {type !== null && <span class="dim">{type}</span>}
      </h3>
      {cell.pictures > 0 && (
        <div class="pictures">
          {Array.from({ length: cell.pictures }, (_, i) => (
            <a key={i} href={`${pictures}/${i}`} target="_blank" rel="noreferrer">
              <img src={`${pictures}/${i}`} alt={`${column} ${i + 1}`} loading="lazy" />
            </a>
          ))}
        </div>
      )}
      {scores.length > 0 ? (
        scores.map(score => <Score key={score.name} score={score} session={session} />)
      ) : text.text === '' ? (
        <p class="dim">nothing</p>
      ) : (
        <pre>{text.text}</pre>
      )}
      {text.characters > 0 && scores.length === 0 && <p class="dim">{count(text.characters)} characters more</p>}
    </article>
  )
}

function Score({ score: { name, score, reasoning, evidence }, session }: { score: RunScore; session: Link }) {
  return (
    <div class="score">
      <p>
        <b>{name}</b> <span class="label">{score}</span>
      </p>
      <p>{reasoning}</p>
      {evidence.map(({ message, quote, stands, turn }) => (
        <figure key={`${message} ${quote}`} class="evidence">
          <blockquote>“{quote}”</blockquote>
          {stands && turn !== null ? (
            <figcaption>
              <p class="dim">
                {message === null || session === null ? (
                  turn.role + (message === null ? '' : ` #${message}`)
                ) : (
                  <a href={session(message)}>
                    {turn.role} #{message}
                  </a>
                )}{' '}
                says so:
              </p>
              <p class="turn">
                {turn.before}
                <mark>{turn.words}</mark>
                {turn.after}
              </p>
            </figcaption>
          ) : (
            <figcaption class="bad">
              ◆ not found{message !== null && ` in #${message}, nor in any other message`}: the judge has made it up, or changed its words
            </figcaption>
          )}
        </figure>
      ))}
    </div>
  )
}
