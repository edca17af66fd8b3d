import pc from 'picocolors'
import stringWidth from 'string-width'
import type { FoundIn } from '../../search/search-store.ts'
import { wrap } from '../../view/wrap.ts'
import { visibleLine } from '../../visible.ts'
import { count, counted } from '../terminal/print.ts'

/** A session in which words were found, as lines: no wider than there is room for, as far as the words themselves allow. */
export function foundLines({ trace_id, project, agent, started_at, hits, places }: FoundIn, { width, color }: Room): string[] {
  const paint = pc.createColors(color)
  const facts = [project?.split('/').filter(Boolean).at(-1), started_at?.slice(0, 16).replace('T', ' '), agent, counted(places, 'place')]
  const told = facts.flatMap(fact => (fact == null ? [] : visibleLine(fact))).join(' · ')
  const id = visibleLine(trace_id)
  const heading =
    stringWidth(`${id}  ${told}`) <= width
      ? [`${paint.bold(id)}  ${told}`]
      : [paint.bold(id), ...wrap(told, Math.max(20, width - 2)).map(line => `  ${line}`)]
  const more = places > hits.length ? [paint.dim(`  and ${count(places - hits.length)} more`)] : []
  return [...heading, ...hits.map(hit => hitLine(hit, width, paint)), ...more]
}

/** Columns of the terminal, or Infinity, and whether it shows colours. */
type Room = { width: number; color: boolean }

type Paint = ReturnType<typeof pc.createColors>

/** Words and what stands around them, cut on both sides to what a line has room for. */
function hitLine({ message, whose, before, match, after }: FoundIn['hits'][number], width: number, paint: Paint): string {
  const line = (text: string) => [...visibleLine(text.replace(/\s+/g, ' '))]
  const place = `#${message} ${visibleLine(whose)}`
  const [left, found, right] = [line(before), line(match), line(after)]
  const tooWide = () => stringWidth(`  ${place}  ${[...left, ...found, ...right].join('')}`) > width
  let [isCutLeft, isCutRight] = [false, false]
  while ((left.length > 1 || right.length > 1) && tooWide())
    if (left.length > right.length) {
      left.splice(0, isCutLeft ? 2 : 1, '…')
      isCutLeft = true
    } else {
      right.splice(isCutRight ? -2 : -1, 2, '…')
      isCutRight = true
    }
  return `  ${paint.dim(place)}  ${left.join('')}${paint.yellow(paint.bold(found.join('')))}${right.join('')}`
}
