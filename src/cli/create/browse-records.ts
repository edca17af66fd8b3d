import type { Readable } from 'node:stream'

/** Records by number, each made when it is asked for; false where there is none. */
export type ShowRecord = (index: number) => Promise<boolean>

/** Keys a person presses, one after the other. */
export async function* keysOf(input: Readable): AsyncIterable<string> {
  for await (const chunk of input) yield* String(chunk)
}

/** Show a record, then go on and back as keys say: n, p and q. Ends with the keys, with q, Escape or Ctrl-C, and where no record can be shown. */
export async function browseRecords(
  first: number,
  keys: AsyncIterable<string>,
  show: ShowRecord,
  say: (text: string) => void,
): Promise<void> {
  const LEGEND = 'n next · p previous · q quit'
  let index = first
  if (!(await show(index))) return
  say(LEGEND)
  for await (const key of keys) {
    if (/^[qQ\x03\x04\x1b]$/.test(key)) return
    const wanted = /^[nN \r\n]$/.test(key) ? index + 1 : /^[pP]$/.test(key) ? index - 1 : index
    if (wanted === index) continue
    if (wanted < 0 || !(await show(wanted))) say(wanted < 0 ? 'This is the first record' : 'This is the last record')
    else index = wanted
    say(LEGEND)
  }
}
