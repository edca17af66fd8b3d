import { basename } from 'node:path'
import type { Command } from 'commander'
import { RunFolder } from '../../dataset/run/folder.ts'
import { TracewrightError } from '../../errors.ts'
import { Prices } from '../../model/prices.ts'
import type { DataDesignerConfigBuilder } from '../../pipeline/config/builder.ts'
import type { CreateOptions } from '../../pipeline/creation/create-options.ts'
import { designerFrom } from '../options/designer-from.ts'
import { loadWithFunctions } from '../options/load-functions.ts'
import { settingsFrom } from '../options/provider-options.ts'
import { repliesPathFor } from '../options/reply-options.ts'
import { confirmed } from '../terminal/confirmed.ts'
import { EXIT } from '../terminal/exit.ts'
import { say, sayAside, sayJson, whenReaderIsGone } from '../terminal/say.ts'
import { stoppable } from '../terminal/stoppable.ts'
import { commandLine, commandWords } from './command-line.ts'
import { type CreateFlags, folderOf } from './create-flags.ts'
import { estimateText, GO_ON, summaryOf } from './create-summary.ts'
import { CreateView } from './create-view.ts'

/** Make a dataset of a config in a folder, shown as it goes. Gives the exit code. */
export async function createRows(config: string, flags: CreateFlags, command: Command): Promise<number> {
  // Until a run begins there is nothing to save: Ctrl-C simply ends the process.
  const { modelProviders, mcpProviders, managedAssetsPath, defaults, extensions } = await settingsFrom(flags)
  const builder = await loadWithFunctions(config, flags, { modelProviders, mcpProviders, defaults, extensions })
  const options = optionsFrom(builder, flags)
  const designer = await designerFrom(flags, { modelProviders, mcpProviders, managedAssetsPath })
  const view = new CreateView(basename(folderOf(flags)))
  using signals = stoppable(view)
  const { stop, abort } = signals
  let hasBegun = false
  // A run goes on for hours: it stops as with Ctrl-C, and keeps what was paid.
  whenReaderIsGone(() => process.emit('SIGINT'))
  const print = (event: object) => sayJson(event)
  try {
    const results = await designer.create(builder, {
      ...options,
      stop,
      signal: abort,
      onProgress: progress => (flags.json ? print({ type: 'progress', ...progress }) : view.update(progress)),
      onEvent: event => {
        if (event.type === 'begin') {
          hasBegun = true
          rememberCommand(folderOf(flags), command)
        }
        if (flags.json) print(event)
        else view.tell(event)
      },
      onEstimate: async estimate => {
        if (flags.json) return void print({ type: 'estimate', ...estimate })
        view.say(estimateText(estimate))
        return flags.yes || (await confirmed('Make them?', true))
      },
      onConfigChange: async note => {
        if (flags.yes) return true
        view.say(note)
        return confirmed('Go on?', false)
      },
    })
    view.stop()
    const { manifest, failures, usage, path } = results
    if (flags.json) print({ type: 'summary', path, manifest, usage, failures: failures.length, exports: results.exports })
    else say(summaryOf(results, changes => commandLine(command, changes)))
    if (stop.aborted) return EXIT.interrupted
    if (manifest.reason !== null) return EXIT.short
    return manifest.rows === 0 ? EXIT.failed : EXIT.done
  } finally {
    view.stop()
    if (abort.aborted && hasBegun)
      sayAside(`Stopped at once; finished cells are kept. Go on: ${commandLine(command, { ...GO_ON, output: folderOf(flags) })}`)
  }
}

/** Whoever looks at the run is told how to go on with it. What may hold a key is not written down. */
function rememberCommand(folder: string, command: Command): void {
  const resume = commandWords(command, { ...GO_ON })
  const retry = commandWords(command, { ...GO_ON, resume: null, retryFailed: true })
  const hasKey = resume.some(word => URL.canParse(word.replace(/^[^=]*=/, '')) && /[@?]/.test(word))
  new RunFolder(folder).writeCommand(hasKey ? null : { cwd: process.cwd(), resume, retry })
}

function optionsFrom(builder: DataDesignerConfigBuilder, flags: CreateFlags): CreateOptions {
  if (flags.exactly !== undefined && flags.numRecords !== undefined)
    throw new TracewrightError('usage', 'Cannot use --exactly with --num-records: found both, expected one number of rows')
  if (flags.accept !== undefined && flags.exactly === undefined && !flags.resume && !flags.retryFailed)
    throw new TracewrightError('usage', 'Cannot use --accept alone: expected --exactly N with it')
  const numRecords = flags.exactly ?? flags.numRecords
  const accept = flags.accept ?? (flags.exactly === undefined ? undefined : 'true')
  const repliesPath = repliesPathFor(builder, flags)
  return {
    path: folderOf(flags),
    ...(flags.name === undefined ? {} : { datasetName: flags.name }),
    ...(numRecords === undefined ? {} : { numRecords }),
    ...(accept === undefined ? {} : { accept }),
    ...(flags.repeatSeed === undefined ? {} : { repeatSeed: flags.repeatSeed }),
    ...(flags.maxCost === undefined ? {} : { maxCostUSD: flags.maxCost }),
    ...(flags.prices === undefined ? {} : { prices: Prices.read(flags.prices) }),
    ...(flags.partRows === undefined ? {} : { partRows: flags.partRows }),
    ...(repliesPath === null ? {} : { repliesPath }),
    force: flags.force ?? false,
    resume: flags.resume ?? false,
    retryFailed: flags.retryFailed ?? false,
  }
}
