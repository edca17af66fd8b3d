import { visible } from '../visible.ts'

/** Words of others as text of a page: nothing in them is markup, and nothing acts or hides. */
export function escapeHTML(text: string): string {
  return visible(text).replace(/[&<>"'`]/g, c => `&#${c.charCodeAt(0)};`)
}
