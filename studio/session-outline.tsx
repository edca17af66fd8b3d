import { useEffect, useRef } from 'preact/hooks'
import { isFailure, type TranscriptRow } from './session-rows.ts'

/** Entries of the outline that are made: those around where the reader is. */
const AROUND = 150

/** Prompts, boundaries, failures and sub-agents, each leading to its place. */
export function SessionOutline({
  rows,
  current,
  onGo,
}: {
  rows: readonly TranscriptRow[]
  current: number
  onGo: (index: number) => void
}) {
  const all = rows.flatMap((row, index) => {
    const entry = entryOf(row)
    return entry === null ? [] : [{ ...entry, index, depth: row.depth }]
  })
  const here = Math.max(
    0,
    all.findLastIndex(({ index }) => index <= current),
  )
  const from = Math.max(0, here - AROUND)
  const nav = useRef<HTMLElement>(null)
  useEffect(() => nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' }), [here])
  const shown = all.slice(from, here + AROUND)
  return (
    <nav ref={nav} class="outline" aria-label="In this session">
      <h2>In this session</h2>
      <ol start={from + 1}>
        {shown.map(({ index, kind, text, depth }) => (
          <li key={index} class={kind} style={{ '--depth': depth }}>
            <button type="button" aria-current={all[here]?.index === index ? 'true' : undefined} onClick={() => onGo(index)} title={text}>
              {text}
            </button>
          </li>
        ))}
      </ol>
      {all.length > shown.length && <p class="dim">{all.length - shown.length} further</p>}
    </nav>
  )
}

function entryOf(row: TranscriptRow): { kind: string; text: string } | null {
  if (row.type === 'child') return { kind: 'child', text: `⤷ ${row.card.title}` }
  if (row.type !== 'item') return null
  if (row.item.kind === 'prompt') return { kind: 'prompt', text: beginningOf(row.item.asked ?? row.item.text.text) || '(a picture)' }
  if (row.item.kind === 'boundary') return { kind: 'edge', text: `— ${row.item.boundary}` }
  if (isFailure(row) && 'name' in row.item) return { kind: 'bad', text: `◆ ${row.item.name} failed` }
  return null
}

/** As much of a prompt as tells it from others, on one line. */
function beginningOf(prompt: string): string {
  const text = prompt.trim().replace(/\s+/g, ' ')
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`
}

const LONGEST = 120
