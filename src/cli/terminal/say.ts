import { StringDecoder } from 'node:string_decoder'
import { writeJson } from '../../json/exact.ts'
import { visible, visibleJson } from '../../visible.ts'
import { EXIT } from './exit.ts'

/*
 * The only way from a command to a person: nothing that a log, a config or a server has written acts in their terminal.
 */

/** Say something on stdout. */
export function say(text: string): void {
  process.stdout.write(`${visible(text)}\n`)
}

/** Say something on stderr. */
export function sayAside(text: string): void {
  process.stderr.write(`${visible(text)}\n`)
}

/** Show what was laid out with colours, its words made visible before: a table, a record. */
export function show(laidOut: string): void {
  process.stdout.write(`${laidOut}\n`)
}

/** A value as a line of JSON on stdout; false where the reader is behind. */
export function sayJson(value: unknown): boolean {
  const line = `${writeJson(value)}\n`
  return process.stdout.write(process.stdout.isTTY ? visibleJson(line) : line)
}

/** Writes bytes of JSON lines to stdout as they are, and to a terminal so that nothing in them acts. */
export function jsonWriter(): (bytes: Buffer) => boolean {
  if (!process.stdout.isTTY) return bytes => process.stdout.write(bytes)
  const decoder = new StringDecoder('utf8')
  return bytes => process.stdout.write(visibleJson(decoder.write(bytes)))
}

let onReaderGone: () => void = () => process.exit(EXIT.done)

/** The reader of the output has gone away. */
export function readerIsGone(): void {
  onReaderGone()
}

/** What to do, once, when the reader of the output goes away, other than to end at once with success. */
export function whenReaderIsGone(action: () => void): void {
  onReaderGone = () => {
    onReaderGone = () => {}
    action()
  }
}
