import { existsSync, statSync } from 'node:fs'
import { factsOf } from '../../dataset/facts.ts'
import { Sessions, storeHere } from '../../dataset/find-sessions.ts'
import { selectorOf } from '../../dataset/select.ts'
import { selects } from '../../dataset/selectors.ts'
import { WholeFile } from '../../disk/whole-file.ts'
import { TracewrightError } from '../../errors.ts'
import { readSession } from '../../rollout/read-session.ts'
import type { Row } from '../../row.ts'
import type { SessionView } from '../../view/session-items.ts'
import { sessionBlocks, sessionText } from '../../view/session-text.ts'
import { sessionView } from '../../view/session-view.ts'
import { selectorsAt, selectorsFrom } from '../options/select-options.ts'
import { wantsColor } from '../terminal/print.ts'
import { redactionLine } from '../terminal/redaction-line.ts'
import { say, sayAside, sayJson, show } from '../terminal/say.ts'
import { pageSessions, pageThrough } from './run-pager.ts'
import type { ShowFlags } from './show-flags.ts'

/** Show the session that is asked for, as it is asked for. */
export async function showSession(session: string | null, flags: ShowFlags): Promise<void> {
  const shelf = await shelfOf(session, flags)
  if (flags.json) sayJson(await shelf.view(0))
  else if (flags.html !== undefined || flags.markdown !== undefined) await writeForms(await shelf.view(0), flags)
  else await showText(shelf, flags)
}

/** Sessions that can be shown, one of them at first. */
type Shelf = { count: number; view(index: number): Promise<SessionView> }

async function shelfOf(session: string | null, flags: ShowFlags): Promise<Shelf> {
  if (session !== null && flags.store === undefined && existsSync(session) && !isDataset(session)) return shelfOfLog(session, flags)
  const isPath = session !== null && flags.store === undefined && existsSync(session)
  if (session !== null && !isPath && flags.store === undefined && /[/\\]|\.jsonl?$/.test(session))
    throw new TracewrightError('usage', `Cannot show '${session}': there is no such file`, {
      hint: 'Name a log, or a session of a store by its trace id',
    })
  const store = isPath ? session : (flags.store ?? storeHere('.'))
  const sessions = await Sessions.find(store, isPath ? null : session, await selectorsAt(store, flags))
  return {
    count: sessions.found.length,
    async view(index) {
      const { row, family } = await sessions.read(sessions.found[index]!)
      return viewOf(row, family, flags)
    },
  }
}

function isDataset(path: string): boolean {
  return statSync(path).isDirectory() ? existsSync(`${path}/manifest.json`) : path.endsWith('.parquet')
}

/** Sessions of a log: those that stand within no other one of it. */
async function shelfOfLog(path: string, flags: ShowFlags): Promise<Shelf> {
  const rows = (await readSession(path, { branches: flags.branches })) as unknown as Row[]
  const selectors = selectorsFrom(flags)
  const isSelected = selects(selectors) ? selectorOf(selectors) : () => true
  const ids = new Set(rows.map(row => row['trace_id']))
  const roots = rows.filter(row => !ids.has(row['parent_trace_id'] ?? null) && isSelected(factsOf(row)))
  if (roots.length === 0) throw new TracewrightError('usage', `No session in '${path}' meets the selectors`)
  return {
    count: roots.length,
    view: index =>
      viewOf(
        roots[index]!,
        rows.filter(row => row !== roots[index]),
        flags,
      ),
  }
}

/** A session as it may be seen: where that is asked for, with secrets and persons replaced before anything of it is laid out. */
async function viewOf(row: Row, family: readonly Row[], { redact }: ShowFlags): Promise<SessionView> {
  if (redact === undefined) return sessionView(row, family)
  const { redactRows } = await import('../../redact/redact-rows.ts')
  const { rows, report } = redactRows([row, ...family], redact === true ? 'default' : redact)
  if (process.stdout.isTTY !== true) sayAside(redactionLine(report))
  return sessionView(rows[0]!, rows.slice(1))
}

async function showText(shelf: Shelf, flags: ShowFlags): Promise<void> {
  const { stdout, stdin, env } = process
  const isTerminal = stdout.isTTY === true && stdin.isTTY === true
  const color = wantsColor(stdout)
  const layout = (columns: number) => ({ width: flags.width ?? columns, color, show: flags.show ?? (isTerminal ? 'read' : 'all') }) as const
  const columns = stdout.columns ?? 100
  if (!isTerminal || !flags.pager) show(sessionText(await shelf.view(0), layout(columns)))
  else if (env['PAGER']) await pageThrough(env['PAGER'], sessionText(await shelf.view(0), layout(columns)))
  else await pageSessions(shelf.count, async (index, columns) => sessionBlocks(await shelf.view(index), layout(columns)))
}

async function writeForms(view: SessionView, flags: ShowFlags): Promise<void> {
  const { sessionHTML } = await import('../../view/session-html.ts')
  const { sessionMarkdown } = await import('../../view/session-markdown.ts')
  if (flags.html !== undefined) write(flags.html, sessionHTML(view, { images: flags.images }), flags)
  if (flags.markdown !== undefined) write(flags.markdown, sessionMarkdown(view), flags)
}

function write(path: string, text: string, { force }: ShowFlags): void {
  if (path === '-') {
    say(text)
    return
  }
  if (existsSync(path) && !force)
    throw new TracewrightError('usage', `Cannot write '${path}': it is there already`, {
      hint: 'Name another file, or write over it with --force',
    })
  const file = new WholeFile(path)
  file.write(text)
  file.close()
  sayAside(`${text.length.toLocaleString('en-US')} characters → ${path}`)
}
