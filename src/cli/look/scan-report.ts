import { homedir } from 'node:os'
import type { ScanEntry } from '../../rollout/scan.ts'
import type { FolderScan, PassedOver, ScannedFormat } from '../../rollout/scan-folder.ts'
import { shellWord } from '../../shell-word.ts'
import { visibleLine } from '../../visible.ts'
import { bytes, counted, wantsColor } from '../terminal/print.ts'
import { say, show } from '../terminal/say.ts'
import { renderTable } from '../terminal/table.ts'

/** What was found at the usual places: a table that fits 80 columns, the places below it, each whole on a line. */
export function showAgents(entries: readonly ScanEntry[]): void {
  const found = entries.filter(entry => entry.sessions > 0)
  if (found.length === 0) {
    const looked = [...new Set(entries.flatMap(({ roots, absent }) => [...roots, ...absent]))]
    say(`No agent logs found. Looked in:\n${looked.map(root => `  ${short(root)}`).join('\n')}`)
  } else {
    showTable(found)
    say(`\nWhere:\n${found.flatMap(({ title, roots }) => roots.map(root => `  ${title.padEnd(16)} ${short(root)}`)).join('\n')}`)
  }
  if (found.some(({ evidence }) => evidence === 'source')) say('\n* read by what its source says; no real log was at hand')
  for (const { title, error } of entries) if (error !== null) say(`\n${title}: ${error}`)
  if (found.length === 0) {
    say('\nLogs that lie elsewhere: tracewright scan PATH')
    return
  }
  const missing = entries.filter(entry => entry.sessions === 0 && entry.error === null)
  if (missing.length > 0) say(`\nNothing of:\n${inLines(missing.map(({ title }) => title))}`)
  say(`\nMake rows of ${found.length === 1 ? 'them' : 'all of them'}: tracewright ingest -o ${STORE}`)
}

/** What was found in a folder, and every file in it that is not read; first what may be a session. */
export function showFolder(path: string, { found, passed_over: passedOver }: FolderScan): void {
  if (found.length === 0) say('No agent logs found.')
  else showTable(found)
  const loud = passedOver.filter(entry => entry.is_loud)
  const other = passedOver.filter(entry => !entry.is_loud)
  if (loud.length > 0) say(`\nPASSED OVER, AND MAY BE SESSIONS: ${counted(loud.length, 'file')}\n${loud.map(lineOf).join('\n')}`)
  if (other.length > 0) say(`\nPassed over: ${counted(other.length, 'file')}\n${someOfEach(other).join('\n')}`)
  if (found.length > 0) say(`\nMake rows of them: tracewright ingest ${shellWord(path)} -o ${STORE}`)
}

/** Files that are no sessions, one reason after the other, the first of each: a folder may hold hundreds of thousands. */
function someOfEach(files: readonly PassedOver[]): string[] {
  return [...Map.groupBy(files, ({ reason }) => reason)].flatMap(([reason, same]) => {
    const more = same.length - SHOWN_OF_A_REASON
    const rest = more > 0 ? [`  and ${counted(more, 'more', 'more')} (--json has them all)`, ...folded(visibleLine(reason))] : []
    return [...same.slice(0, SHOWN_OF_A_REASON).map(lineOf), ...rest]
  })
}

const SHOWN_OF_A_REASON = 10

/** A store: a second ingest into it reads only what is new. */
const STORE = 'agent-rows'

function showTable(found: readonly (ScanEntry | ScannedFormat)[]): void {
  const rows = found.map(({ title, format, sessions, bytes: size, oldest, newest, ...entry }) => [
    'evidence' in entry && entry.evidence === 'source' ? `${title} *` : title,
    format,
    sessions,
    bytes(size),
    oldest ?? '–',
    newest ?? '–',
  ])
  show(renderTable(['Agent', 'Format', 'Sessions', 'Bytes', 'First', 'Last'], rows, wantsColor(process.stdout)))
}

/** Words with commas, in lines that fit 80 columns. */
function inLines(words: readonly string[]): string {
  const lines = ['']
  words.forEach((word, i) => {
    const text = i === words.length - 1 ? word : `${word},`
    if (lines.at(-1)!.length + text.length + 3 > 80) lines.push('')
    lines.push(`${lines.pop()!} ${text}`)
  })
  return lines.map(line => ` ${line}`).join('\n')
}

function lineOf({ path, size, begins_with: beginning, reason }: PassedOver): string {
  const facts = [...(size === null ? [] : [bytes(size)]), ...(beginning === null ? [] : [`begins with ${beginning}`])].join(', ')
  return [`  ${visibleLine(path)}`, ...folded(visibleLine(facts)), ...folded(visibleLine(reason))].join('\n')
}

/** Words in lines that fit 80 columns, set in below what they are said of. */
function folded(text: string): string[] {
  const lines: string[] = []
  for (const word of text === '' ? [] : text.split(' ')) {
    if (lines.length > 0 && lines.at(-1)!.length + 1 + word.length <= 80) lines.push(`${lines.pop()!} ${word}`)
    else lines.push(`    ${word}`)
  }
  return lines
}

function short(path: string): string {
  const home = homedir()
  return visibleLine(path === home || path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path)
}
