import type { Run } from '../run.ts'
import { textOf } from './text.ts'
import { Markup } from './values.ts'

/** The text of a value with HTML's special characters escaped, unless it is Markup already. */
export function escapeHtml(run: Run, value: unknown): string {
  return value instanceof Markup ? value.text : escapeText(textOf(run, value))
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '>': '&gt;', '<': '&lt;', "'": '&#39;', '"': '&#34;' }

/** Text with HTML's special characters escaped. */
export function escapeText(text: string): string {
  return text.replace(/[&<>'"]/g, c => ENTITIES[c]!)
}
