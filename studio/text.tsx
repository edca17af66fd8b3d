import { useEffect, useState } from 'preact/hooks'
import type { Clip, Picture, WholeText } from '../src/studio/api.ts'
import { ask, type Trouble } from './ask.ts'
import { Markdown } from './markdown.tsx'
import { Coloured } from './marked.tsx'
import { count, counted } from './words.ts'

type Props = { clip: Clip; path: string; class?: string; isFound?: boolean; children?: preact.ComponentChildren }

/** A text by its beginning; the whole of it comes when somebody wants it. `children`: the beginning, where it is shown in another way. */
export function Text({ clip, path, class: name = 'plain', isFound = false, children }: Props) {
  const [whole, setWhole] = useState<WholeText | null>(null)
  const [error, setError] = useState<Trouble | null>(null)
  const load = () => void ask<WholeText>(path).then(setWhole).catch(setError)
  useEffect(() => {
    if (isFound && clip.characters > 0 && whole === null) load()
  }, [isFound])
  if (clip.text === '' && clip.characters === 0 && children === undefined) return null
  if (whole !== null)
    return (
      <>
        {whole.tree !== null ? (
          <div class="markdown">
            <Markdown tree={whole.tree} />
          </div>
        ) : (
          <pre class={name}>
            <Coloured text={whole.text} colours={whole.colours} />
          </pre>
        )}
        {whole.left_out > 0 && <p class="dim">{count(whole.left_out)} characters more are in the log</p>}
        <button type="button" class="more" onClick={() => setWhole(null)}>
          Show less
        </button>
      </>
    )
  return (
    <>
      {children ?? (
        <pre class={name}>
          <Coloured text={clip.text} colours={clip.colours} />
        </pre>
      )}
      {clip.characters > 0 && (
        <button type="button" class="more" onClick={load}>
          {clip.lines > 0 ? `Show ${counted(clip.lines, 'more line')}` : `Show ${counted(clip.characters, 'more character')}`}
        </button>
      )}
      {error !== null && <p class="bad">{error.message}</p>}
    </>
  )
}

/** Pictures of an item: those that can be shown safely, and what the others are. */
export function Pictures({ pictures, path, from = 0 }: { pictures: readonly Picture[]; path: string; from?: number }) {
  if (pictures.length === 0) return null
  return (
    <div class="pictures">
      {pictures.map(({ url, characters }, i) =>
        url === null ? (
          <span key={i} class="dim">
            [a picture that is not shown, {counted(characters, 'character')}]
          </span>
        ) : (
          <a key={i} href={`/api/sources${path}/${from + i}`} target="_blank" rel="noreferrer">
            <img src={`/api/sources${path}/${from + i}`} alt="in the log" loading="lazy" />
          </a>
        ),
      )}
    </div>
  )
}
