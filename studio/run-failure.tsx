import type { Clip, FailedQuestion, FailedRow, Source } from '../src/studio/api.ts'
import { useAnswer } from './ask.ts'
import { useKeys } from './keys.ts'
import { Copy, Failed, Waiting } from './parts.tsx'
import { go, hrefOf } from './route.ts'
import { useVersion } from './sources.tsx'
import { clock, count, counted } from './words.ts'

/** A row that failed: the prompt as it was sent, and each reply or error as it came. */
export function RunFailurePage({ source, row, retry }: { source: Source; row: string; retry: string | null }) {
  const { data, error, isLate } = useAnswer<FailedRow>(
    `/${encodeURIComponent(source.id)}/run/failures/${encodeURIComponent(row)}`,
    useVersion(source.id),
  )
  const at = (key: string) => hrefOf(['run', source.id, 'failures', key])
  const up = hrefOf(['run', source.id])
  useKeys([
    { key: ']', what: 'next failed row', run: () => data?.next != null && go(at(data.next)) },
    { key: '[', what: 'failed row before', run: () => data?.before != null && go(at(data.before)) },
    { key: 'u', what: 'up to the run', run: () => go(up) },
  ])
  if (error !== null) return <Failed error={error} />
  if (data === null) return isLate ? <Waiting what="Reading what was asked" /> : null
  return (
    <>
      <h2>
        Row {data.row} failed {data.column !== null && `in column ${data.column}`}
      </h2>
      <p class="tools">
        <span>
          {count(data.place + 1)} of {counted(data.total, 'failed row')}
        </span>
        {data.before !== null && (
          <a class="button" href={at(data.before)}>
            [ before
          </a>
        )}
        {data.next !== null && (
          <a class="button" href={at(data.next)}>
            next ]
          </a>
        )}
        <a class="button" href={up}>
          u all failures
        </a>
        {retry !== null && <Copy text={retry}>copy the command that tries failed rows again</Copy>}
      </p>
      <p class="bad reason">
        ◆ {data.kind}: {data.reason}
      </p>
      {data.questions.length === 0 && (
        <p class="empty">No model was asked for it, or the run is of a version that kept nothing of what it asked.</p>
      )}
      {data.questions.map((question, i) => (
        <Question key={i} question={question} n={i + 1} of={data.questions.length} />
      ))}
      <details>
        <summary>As it is in rejects.jsonl</summary>
        <pre>{data.entry.text}</pre>
      </details>
    </>
  )
}

function Question({ question, n, of }: { question: FailedQuestion; n: number; of: number }) {
  const { model, provider, endpoint, alias, reply_key, parameters, same_messages, messages, calls } = question
  return (
    <section class="question" aria-label={`Question ${n}`}>
      <h3>
        {of > 1 && `Question ${n} of ${of}: `}
        {model} of {provider}
      </h3>
      <p class="dim facts">
        {endpoint} · alias {alias} · {parameters === '{}' ? 'no parameters' : parameters} · key{' '}
        <Copy text={reply_key}>{reply_key.slice(0, 12)}…</Copy>
      </p>
      <div class="beside">
        <div>
          <h4>Sent</h4>
          {same_messages > 0 && (
            <p class="dim">
              {messages.length === 0 ? 'The same prompt again' : `${counted(same_messages, 'message')} as before, and then`}
            </p>
          )}
          {messages.map(({ role, text }, i) => (
            <div key={i} class="sent">
              <p class="role">{role}</p>
              <Whole text={text} none="(empty)" />
            </div>
          ))}
        </div>
        <div>
          <h4>Came back</h4>
          {calls.map(({ at, reply, reasoning, ended, error, body }, i) => (
            <div key={i} class="came">
              <p class="role">
                {reply === null ? 'error' : 'reply'} {calls.length > 1 && `${i + 1} of ${calls.length} `}
                <span class="dim">
                  {clock(at)}
                  {ended !== null && ` · ended with ${ended}`}
                </span>
              </p>
              {reasoning !== null && (
                <details>
                  <summary>What it thought</summary>
                  <Whole text={reasoning} none="(nothing)" />
                </details>
              )}
              {reply !== null && <Whole text={reply} none="(an empty reply)" />}
              {error !== null && <p class="bad">{error}</p>}
              {body !== null && <Whole text={body} none="" />}
            </div>
          ))}
        </div>
      </div>
    </section>
  )
}

function Whole({ text, none }: { text: Clip; none: string }) {
  if (text.text === '') return <p class="dim">{none}</p>
  return (
    <>
      <pre tabIndex={0} role="group" aria-label="Text as it was">
        {text.text}
      </pre>
      {text.characters > 0 && <p class="dim">{count(text.characters)} characters more: status --failures shows all</p>}
    </>
  )
}
