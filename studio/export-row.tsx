import type { ExportRow } from '../src/studio/api.ts'
import { count } from './words.ts'

/** A row of an export: what of it is trained, in colour, and the row as it is written. */
export function TrainedRow({ row: { json, trace_id, messages, tokens }, n, isOpen }: { row: ExportRow; n: number; isOpen: boolean }) {
  const trained = messages?.filter(message => message.trained).length ?? 0
  const words =
    messages === null ? json.text.replace(/\s+/g, ' ').slice(0, 120) : `${count(trained)} of ${count(messages.length)} messages trained`
  return (
    <details class="export-row" open={isOpen}>
      <summary>
        Row {count(n)} <span class="dim">{words}</span> {trace_id !== null && <span class="dim">{trace_id}</span>}
      </summary>
      {tokens !== null && <Tokens tokens={tokens} />}
      {messages !== null && tokens?.pieces == null && (
        <>
          <p class="dim">
            <span class="dot c2" aria-hidden="true" /> trained on, <span class="dot c5" aria-hidden="true" /> read and not trained on: by
            the message, as the export’s manifest says
            {tokens === null
              ? '. Which of its tokens, the marks of turns for one, is up to the trainer.'
              : '; the bar above is exact to the token.'}
          </p>
          <ol class="trained">
            {messages.map(({ role, text, trained }, i) => (
              <li key={i} class={trained ? 'is-trained' : 'is-read'}>
                <p class="role">
                  {role} <span class="dim">{trained ? 'trained' : 'not trained'}</span>
                </p>
                <pre>{text.text === '' ? '(nothing)' : text.text}</pre>
                {text.characters > 0 && <p class="dim">{count(text.characters)} characters more</p>}
              </li>
            ))}
          </ol>
        </>
      )}
      {messages === null && <p class="dim">The export’s manifest does not tell which parts of this row are trained.</p>}
      <details>
        <summary>As it is written</summary>
        <pre>{json.text}</pre>
        {json.characters > 0 && <p class="dim">{count(json.characters)} characters more</p>}
      </details>
    </details>
  )
}

function Tokens({ tokens: { total, trained, spans, pieces } }: { tokens: NonNullable<ExportRow['tokens']> }) {
  return (
    <>
      <p>
        {count(trained)} of {count(total)} tokens trained
      </p>
      <div class="token-bar" role="img" aria-label={`Trained: ${spans.map(([from, to]) => `tokens ${from} to ${to - 1}`).join(', ')}`}>
        {spans.map(([from, to]) => (
          <span
            key={from}
            class="c2"
            title={`tokens ${count(from)} to ${count(to - 1)}`}
            style={{ left: `${(from / total) * 100}%`, width: `max(1px, ${((to - from) / total) * 100}%)` }}
          />
        ))}
      </div>
      {pieces !== null && (
        <>
          <p class="dim">
            <mark class="learnt">trained on</mark>, and what is only read: to the token, as the template renders it
          </p>
          <pre class="pieces" tabIndex={0} role="region" aria-label="Text of the tokens">
            {pieces.map(({ trained, text, left_out: left }, i) => (
              <Piece key={i} trained={trained} text={text} left={left} />
            ))}
          </pre>
        </>
      )}
    </>
  )
}

function Piece({ trained, text, left }: { trained: boolean; text: string; left: number }) {
  const words = (
    <>
      {text}
      {left > 0 && <span class="dim"> … {count(left)} characters more </span>}
    </>
  )
  return trained ? <mark class="learnt">{words}</mark> : <span>{words}</span>
}
