import { StringDecoder } from 'node:string_decoder'
import type { ParseJob } from '../../format.ts'
import type { Ledger, Place } from '../../log/ledger.ts'
import type { Source } from '../../log/source.ts'
import { STARTED } from './sniff.ts'

/** A piece of a history: what begins a run, what was typed, what the program said, what the model said. */
export type Section = { is: 'start' | 'prompt' | 'program' | 'response'; place: Place; text: string }

/**
 * The pieces of a history, a run at a time. Aider ends what it writes for itself, and each line of a prompt, with two spaces: so its words
 * of several lines, of which only the first has a mark, and the model's headings and quotes, which look like a mark, are told apart.
 * Where an editor has taken these spaces away, a line is what its mark says, but for a heading within what the model says.
 */
export async function* readRuns({ source, ledger }: ParseJob, file: string): AsyncIterable<Section[]> {
  const hasSpaces = /^(?:####|>) .* {2}\r?$/m.test((await source.head(file)).toString('utf8'))
  let run: Section[] = []
  let lines: string[] = []
  let isOpen = false // the program's words go on until a line ends with two spaces
  const close = () => {
    const last = run.at(-1)
    if (last !== undefined) last.text = lines.join('\n').replace(/^\s*\n|\s+$/g, '')
    if (last?.is === 'response' && last.text === '') run.pop()
    lines = []
  }
  const open = (is: Section['is'], line: number, text: string) => {
    close()
    // What stands between is blank, and no record.
    run.push({ is, place: ledger.read(file, line), text: '' })
    lines.push(text)
  }
  for await (const { line, text } of linesOf(source, file, ledger)) {
    const before = run.at(-1)?.is
    const ends = / {2}$/.test(text)
    if (STARTED.test(text)) {
      close()
      if (run.length > 0) yield run
      run = []
      open('start', line, text)
      isOpen = false
    } else if (text.startsWith('#### ') && (hasSpaces ? ends : before !== 'response')) {
      if (before === 'prompt' && lines.at(-1) !== '') lines.push(text.slice(5).trimEnd())
      else open('prompt', line, text.slice(5).trimEnd())
      isOpen = false
    } else if (isOpen) {
      lines.push(text.trimEnd())
      isOpen = !ends
    } else if (text.startsWith('> ') && (!hasSpaces || ends || before !== 'response')) {
      open('program', line, text.slice(2).trimEnd())
      isOpen = hasSpaces && !ends
    } else if (before === 'response' || text.trim() === '') {
      if (before !== undefined) lines.push(text)
    } else open('response', line, text)
  }
  close()
  if (run.length > 0) yield run
}

/** The lines of a text file; a longer one than anybody writes is cut into several. */
async function* linesOf(source: Source, file: string, ledger: Ledger): AsyncIterable<{ line: number; text: string }> {
  const decoder = new StringDecoder('utf8')
  let line = 0
  let rest = ''
  for await (const chunk of source.chunks(file)) {
    ledger.addBytes(chunk.length)
    const pieces = decoder.write(chunk).split('\n')
    pieces[0] = rest + pieces[0]!
    rest = pieces.pop()!
    for (const text of pieces) yield { line: ++line, text: text.replace(line === 1 ? /^\uFEFF|\r$/g : /\r$/, '') }
    if (rest.length > MAX_LINE) {
      yield { line: ++line, text: rest }
      rest = ''
    }
  }
  rest += decoder.end()
  // A crash leaves NUL bytes behind what was written.
  let end = rest.length
  while (end > 0 && rest.charCodeAt(end - 1) === 0) end--
  if (end > 0) yield { line: ++line, text: rest.slice(0, end) }
}

const MAX_LINE = 32 << 20
