import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { type FileIngestResult, ingestInto, ingestToFile, stagedIn } from '../../dataset/ingest-to-file.ts'
import { selects } from '../../dataset/selectors.ts'
import { ingestToStore } from '../../dataset/store/ingest.ts'
import { watchRoots } from '../../dataset/store/watch.ts'
import type { FolderHeld } from '../../disk/lock.ts'
import { isStream, refuseOverwrite } from '../../disk/overwrite.ts'
import { inOwnTurn } from '../../disk/own-turn.ts'
import { TracewrightError } from '../../errors.ts'
import { refreshIfLabelled } from '../../labels/labels.ts'
import type { Skipped } from '../../rollout/log/source.ts'
import type { ReadOptions } from '../../rollout/read.ts'
import { emptyTotals } from '../../rollout/report.ts'
import { refreshIfSearched } from '../../search/segments.ts'
import { selectorsFrom } from '../options/select-options.ts'
import { EXIT } from '../terminal/exit.ts'
import { interruptible } from '../terminal/interruptible.ts'
import { bytes, counted } from '../terminal/print.ts'
import { sayAside } from '../terminal/say.ts'
import { Balance, refuseOtherReport } from './ingest-balance.ts'
import type { IngestFlags } from './ingest-flags.ts'
import { outputKind } from './output-kind.ts'
import { lineWriter, standardOutput } from './row-output.ts'

/** Rows to stdout or one file, in the order of the logs. */
export async function ingestRows(options: ReadOptions, flags: IngestFlags): Promise<number> {
  if (flags.output !== undefined) refuseOverwrite(flags.output, flags.force)
  const { output } = flags
  const code = await ingestOnce(options, flags, given =>
    output === undefined ? ingestToStdout(given) : ingestToFile({ ...given, output }),
  )
  // A file of no rows would be in the way of who tries again.
  if (code === EXIT.failed && output !== undefined && !isStream(output)) rmSync(output)
  return code
}

/** Rows as trajectories of another format: a line each to stdout or a file, or a file each in a folder. */
export async function ingestAs(options: ReadOptions, flags: IngestFlags): Promise<number> {
  const { output } = flags
  for (const option of ['codec', 'watch', 'nested', 'guardFormulas'] as const)
    if (flags[option])
      throw new TracewrightError('usage', `Cannot use --${option === 'guardFormulas' ? 'guard-formulas' : option} with --as ${flags.as}`, {
        hint: 'Leave one of them out',
      })
  const kind = await outputKind(flags)
  if (kind === 'file' && output !== undefined) {
    if (!isStream(output) && !output.endsWith('.jsonl'))
      throw new TracewrightError('usage', `Cannot write '${output}' as ${flags.as}: expected -o DIR, for a file each, or -o FILE.jsonl`)
    refuseOverwrite(output, flags.force)
  }
  return ingestOnce(options, flags, async given => {
    const { atifFile, atifFolder, atifLines } = await import('../../dataset/stage/atif-output.ts')
    using files = stagedIn(tmpdir(), output ?? tmpdir())
    const nothing = () => {}
    if (output === undefined) return await ingestInto(atifLines(lineWriter(), nothing, nothing), files, given)
    return await ingestInto(kind === 'store' ? atifFolder(output, { force: given.force }) : atifFile(output), files, given)
  })
}

type Given = Parameters<typeof ingestInto>[2] & { force: boolean }

async function ingestOnce(options: ReadOptions, flags: IngestFlags, into: (given: Given) => Promise<FileIngestResult>): Promise<number> {
  refuseOtherReport(flags)
  using balance = new Balance(flags, options.path ?? null)
  const given = {
    ...options,
    select: selectorsFrom(flags),
    force: flags.force ?? false,
    ...(flags.workers === undefined ? {} : { workers: flags.workers }),
    guardsFormulas: flags.guardFormulas ?? false,
    nested: flags.nested ?? false,
    onUnit: balance.add.bind(balance),
  }

  const { skipped, trainableTwice, leftOut } = await into(given)
  balance.totals.trainable_twice = trainableTwice
  balance.leftOut = leftOut
  balance[Symbol.dispose]()
  return balance.finish(skipped, null)
}

async function ingestToStdout(options: Given): Promise<FileIngestResult> {
  using files = stagedIn(tmpdir(), tmpdir())
  return await ingestInto(standardOutput(), files, options)
}

/** Rows into a store; with --watch again and again, as logs grow. `goOn`: the command that goes on where it was stopped. */
export async function ingestIntoStore(options: ReadOptions, flags: IngestFlags, goOn: string): Promise<number> {
  if (selects(selectorsFrom(flags)))
    throw new TracewrightError('usage', `Cannot select sessions for the store '${flags.output}': a store takes whole logs`, {
      hint: 'Select when you read it: query, export, show, search and cost take the same options',
    })
  using signals = interruptible()
  const { signal } = signals
  const { workers, codec } = flags
  refuseOtherReport(flags)
  const told = new Set<string>()
  const isNews = ({ path, reason }: Skipped) => told.size < told.add(`${path}\n${reason}`).size
  const all = emptyTotals()
  const once = async (isTurn = false) => {
    using balance = new Balance(flags, options.path ?? null)
    const given = { ...(workers === undefined ? {} : { workers }), ...(codec === undefined ? {} : { codec }) }

    const onUnit = balance.add.bind(balance)
    const result = await ingestToStore({ ...options, folder: flags.output!, force: flags.force ?? false, signal, onUnit, ...given })
    await refreshIfSearched(flags.output!)
    await refreshIfLabelled(flags.output!)
    balance.totals.trainable_twice = result.trainableTwice
    balance[Symbol.dispose]()
    for (const key of ['rows', 'units', 'bytes'] as const) all[key] += balance.totals[key]
    const news = result.skipped.filter(isNews)
    // A watcher that found nothing new has nothing to say.
    const isSilent = isTurn && balance.totals.units === 0 && news.length === 0 && result.gone === 0 && !flags.report
    return { result, code: isSilent ? EXIT.done : balance.finish(news, result) }
  }
  // A watcher waits for whoever else brings the store up to date, be it the watcher of somebody else; who does not watch is told.
  let hasWaited = false
  const onHeld = ({ message }: FolderHeld) => {
    if (!hasWaited && !flags.quiet) sayAside(`${message}. Waiting until it has finished; Ctrl-C ends`)
    hasWaited = true
  }
  const first = flags.watch ? await inOwnTurn(once, signal, onHeld) : await once()
  if (first?.result.interrupted !== false && !flags.quiet) sayAside(`Go on: ${goOn}`)
  if (first === null) return EXIT.interrupted
  let { result } = first
  if (!flags.watch || result.interrupted) return first.code
  flags.quiet ||= false
  let trouble: string | null = null
  for await (const _ of watchRoots(result.roots, signal)) {
    try {
      const turn = await inOwnTurn(() => once(true), signal, onHeld)
      if (turn === null) break
      result = turn.result
      trouble = null
    } catch (error) {
      // A folder that is away, a full disk: it is tried again for as long as somebody watches.
      if (!(error instanceof TracewrightError) || error.kind === 'defect' || signal.aborted) throw error
      if (trouble !== error.message) sayAside(`${error.message}. Trying again until it works; Ctrl-C ends`)
      trouble = error.message
    }
  }
  if (!flags.quiet)
    sayAside(`Watched until stopped: read ${counted(all.units, 'log')}, ${bytes(all.bytes)}; the store has ${counted(result.rows, 'row')}`)
  return trouble === null ? EXIT.done : EXIT.failed
}
