import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { Count } from '../src/studio/api.ts'
import type { Trouble } from './ask.ts'
import { count } from './words.ts'

/* Small pieces that several pages are made of. */

/** What went wrong, and what to do. */
export function Failed({ error }: { error: Trouble }) {
  return (
    <div class="failed" role="alert">
      <p>{error.message}</p>
      {error.hint !== null && <p class="dim">{error.hint}</p>}
    </div>
  )
}

/** Something is on its way, and takes long enough to say so. */
export function Waiting({ what }: { what: string }) {
  return (
    <p class="waiting dim" role="status">
      {what} …
    </p>
  )
}

/** A number with its name. */
export function Figure({ name, value, href, note }: { name: string; value: string; href?: string | undefined; note?: string | undefined }) {
  return (
    <div class="figure">
      <dt>{name}</dt>
      <dd>
        {href === undefined ? value : <a href={href}>{value}</a>}
        {note !== undefined && <span class="dim"> {note}</span>}
      </dd>
    </div>
  )
}

/** Values with bars, each a link to what it counts. */
export function Bars({ counts, hrefOf, name }: { counts: readonly Count[]; hrefOf: (value: string | null) => string; name: string }) {
  const most = Math.max(1, ...counts.map(({ count }) => count))
  return (
    <ul class="bars" aria-label={name}>
      {counts.map(({ value, count: n }) => (
        <li key={value}>
          <a href={hrefOf(value)}>
            <span class="bar" style={{ width: `${(n / most) * 100}%` }} aria-hidden="true" />
            <span class="name">{value ?? 'not recorded'}</span>
            <span class="n">{count(n)}</span>
          </a>
        </li>
      ))}
    </ul>
  )
}

/** A part of a page with a heading. */
export function Panel({ title, children, wide }: { title: string; children: ComponentChildren; wide?: boolean }) {
  return (
    <section class={wide ? 'panel wide' : 'panel'}>
      <h2>{title}</h2>
      {children}
    </section>
  )
}

/** A button that puts text where it can be pasted. */
export function Copy({ text, children }: { text: string; children: ComponentChildren }) {
  const [isDone, setDone] = useState(false)
  return (
    <button
      type="button"
      class="copy"
      title={text}
      onClick={() => {
        void navigator.clipboard.writeText(text).then(() => {
          setDone(true)
          setTimeout(() => setDone(false), 1500)
        })
      }}
    >
      {isDone ? 'copied' : children}
    </button>
  )
}
