import { createContext } from 'preact'
import { useContext } from 'preact/hooks'

/** Words that are looked for, in all texts that are shown. */
export const Sought = createContext('')

/** A text with the words that are looked for marked. */
export function Marked({ text }: { text: string }) {
  const words = useContext(Sought).toLowerCase()
  if (words.trim() === '') return <>{text}</>
  const lower = text.toLowerCase()
  // Letters that grow when they are made small would shift all places behind them.
  if (lower.length !== text.length) return <>{text}</>
  const parts = []
  let at = 0
  for (let found = lower.indexOf(words); found >= 0 && parts.length < 400; found = lower.indexOf(words, at)) {
    parts.push(text.slice(at, found), <mark>{text.slice(found, found + words.length)}</mark>)
    at = found + words.length
  }
  return (
    <>
      {parts}
      {text.slice(at)}
    </>
  )
}

/** A text in the colours that a terminal would have shown. */
export function Coloured({ text, colours }: { text: string; colours?: readonly (readonly [from: number, classes: string])[] | undefined }) {
  if (colours === undefined) return <Marked text={text} />
  return (
    <>
      <Marked text={text.slice(0, colours[0]?.[0])} />
      {colours.map(([from, classes], i) => (
        <span key={from} class={classes}>
          <Marked text={text.slice(from, colours[i + 1]?.[0])} />
        </span>
      ))}
    </>
  )
}
