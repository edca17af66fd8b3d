import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { TextBlock } from '../../view/session-text.ts'
import { show } from '../terminal/say.ts'
import { type PagerEnd, SessionPager } from './session-pager.ts'

/** Sessions on the screen of a terminal, one at a time; `blocks` lays one out. Ends when the reader leaves. */
export async function pageSessions(count: number, blocks: (index: number, columns: number) => Promise<TextBlock[]>): Promise<void> {
  const { stdin, stdout } = process
  stdin.setRawMode(true)
  stdout.write('\x1b[?1049h\x1b[?25l')
  const restore = () => {
    stdout.write('\x1b[?25h\x1b[?1049l')
    stdin.setRawMode(false)
    stdin.pause()
  }
  const size = () => ({ rows: stdout.rows, columns: stdout.columns })
  let index = 0
  let pager: SessionPager
  const open = async () => {
    pager = new SessionPager(await blocks(index, stdout.columns - 2), `${index + 1} of ${count}`, size())
    draw()
  }
  const draw = () =>
    stdout.write(
      `\x1b[H${pager
        .screen()
        .map(line => `${line}\x1b[0m\x1b[K`)
        .join('\r\n')}`,
    )
  const onResize = () => {
    pager.resize(size())
    draw()
  }
  stdout.on('resize', onResize)
  try {
    await open()
    for await (const chunk of stdin) {
      let end: PagerEnd | null = null
      for (const key of keysIn(String(chunk))) if ((end = pager!.key(key)) !== null) break
      if (end === 'quit') return
      const wanted = end === 'next' ? index + 1 : end === 'previous' ? index - 1 : index
      if (wanted < 0 || wanted >= count) pager!.tell(wanted < 0 ? 'This is the first session' : 'This is the last session')
      else if (wanted !== index) {
        index = wanted
        await open()
      }
      draw()
    }
  } finally {
    stdout.off('resize', onResize)
    restore()
  }
}

/** Text through the reader's own pager, the variable PAGER; shown as it is where that cannot be started. */
export async function pageThrough(command: string, text: string): Promise<void> {
  const child = spawn(command, { shell: true, stdio: ['pipe', 'inherit', 'inherit'], env: { LESS: 'FRX', ...process.env } })
  child.on('error', () => {})
  child.stdin.on('error', () => {}) // who leaves early reads no further
  child.stdin.end(`${text}\n`)
  const [code] = (await once(child, 'close')) as [number | null]
  if (code === 127) show(text)
}

/** Keys of a chunk: escape sequences are one key each. */
function keysIn(chunk: string): string[] {
  return chunk.match(/\x1b\[[\d;]*[A-Za-z~]|[\s\S]/gu) ?? []
}
