import type { Clip } from './api.ts'
import { coloured } from './coloured.ts'

/** How much of a text is sent at first. */
export type ClipSize = { lines: number; characters: number }

/** Of what tools gave, reasoning and remarks. */
export const SHORT: ClipSize = { lines: 24, characters: 1600 }
/** Of prompts and answers, which are read. */
export const LONG: ClipSize = { lines: 120, characters: 8000 }

/** Of a cell in a table. */
export const CELL: ClipSize = { lines: 3, characters: 200 }

/** How much is sent of a text that is asked for whole. */
const WHOLE_CHARACTERS = 2_000_000

/** The beginning of a text, and how much is left out. Nothing of it acts or hides. */
export function clip(text: string, size: ClipSize = SHORT): Clip {
  const trimmed = text.replace(/^\n+/, '').trimEnd()
  let end = Math.min(trimmed.length, size.characters)
  for (let at = -1, line = 0; line < size.lines; line++) {
    at = trimmed.indexOf('\n', at + 1)
    if (at < 0 || at >= end) break
    if (line === size.lines - 1) end = at
  }
  if (end < trimmed.length && /[\ud800-\udbff]/.test(trimmed[end - 1] ?? '')) end--
  const rest = trimmed.slice(end)
  return { ...coloured(trimmed.slice(0, end)), lines: rest === '' ? 0 : countOf(rest), characters: rest.length }
}

/** A text as far as it is sent at all, and how many characters are not. */
export function whole(text: string): Pick<Clip, 'text' | 'colours'> & { left_out: number } {
  return { ...coloured(text.slice(0, WHOLE_CHARACTERS)), left_out: Math.max(0, text.length - WHOLE_CHARACTERS) }
}

function countOf(text: string): number {
  let lines = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++
  return lines
}
