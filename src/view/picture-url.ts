/** Bytes that pictures begin with, by the type they may be shown as. What is drawn by a program, as SVG is, is none of these. */
const KINDS: readonly (readonly [type: string, begins: RegExp])[] = [
  ['image/png', /^\x89PNG\r\n\x1a\n/],
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/gif', /^GIF8[79]a/],
  ['image/webp', /^RIFF[\s\S]{4}WEBP/],
]

const MAX_BYTES = 10 << 20

/** The URL of data that shows a picture of a log, told by its bytes; null for what is none, is elsewhere, or is too large. */
export function pictureURL(url: string): string | null {
  const data = /^data:[\w/+.-]*;base64,([A-Za-z0-9+/\s]+={0,2})\s*$/.exec(url)?.[1]
  if (data === undefined || (data.length * 3) / 4 > MAX_BYTES) return null
  const head = Buffer.from(data.slice(0, 64), 'base64').toString('latin1')
  const kind = KINDS.find(([, begins]) => begins.test(head))
  return kind === undefined ? null : `data:${kind[0]};base64,${data.replace(/\s+/g, '')}`
}
