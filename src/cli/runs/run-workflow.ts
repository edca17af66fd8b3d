import type { Command } from 'commander'
import { Prices } from '../../model/prices.ts'
import { loadWorkflow } from '../../pipeline/workflow/load-workflow.ts'
import type { StageProgress } from '../../pipeline/workflow/run-options.ts'
import type { CompositeWorkflowResults } from '../../pipeline/workflow/workflow-results.ts'
import { visibleLine } from '../../visible.ts'
import { type Changes, commandLine } from '../create/command-line.ts'
import { CreateView, spent } from '../create/create-view.ts'
import { designerFrom } from '../options/designer-from.ts'
import { functionsOf } from '../options/load-functions.ts'
import { settingsFrom } from '../options/provider-options.ts'
import { EXIT } from '../terminal/exit.ts'
import { counted } from '../terminal/print.ts'
import { say, sayAside, sayJson, whenReaderIsGone } from '../terminal/say.ts'
import { stoppable } from '../terminal/stoppable.ts'
import type { WorkflowFlags } from './workflow-flags.ts'

/** Run a workflow, shown as it goes. Gives the exit code. */
export async function runWorkflow(file: string, flags: WorkflowFlags, command: Command): Promise<number> {
  const { modelProviders, mcpProviders, managedAssetsPath, defaults, extensions } = await settingsFrom(flags)
  const functions = flags.functions === undefined ? {} : { functions: await functionsOf(flags.functions) }
  const { name, stages } = await loadWorkflow(file, {
    providers: modelProviders,
    mcpProviders,
    defaults,
    extensions,
    compat: flags.compat ?? null,
    ...functions,
  })
  const designer = await designerFrom(flags, { modelProviders, mcpProviders, managedAssetsPath })
  const workflow = designer.composeWorkflow({ name })
  for (const stage of stages) workflow.addStage(stage.name, stage.builder, stage.options)
  let view = new CreateView(name)
  using signals = stoppable({ say: text => view.say(text), stop: () => view.stop() })
  const { stop, abort } = signals
  whenReaderIsGone(() => process.emit('SIGINT'))
  let isBegunAgain = false
  // What was begun anew goes on as it is; a stage that was not reached is still to be made again.
  const goOn = (): Changes => ({ resume: flags.resume ?? true, ...(isBegunAgain ? { rerunFrom: null } : {}) })
  const tell = (progress: StageProgress) => {
    isBegunAgain ||= progress.status === 'begins' && progress.stage === flags.rerunFrom
    if (flags.json) return sayJson({ type: 'stage', ...progress })
    view.stop()
    if (progress.status === 'begins') view = new CreateView(progress.stage)
    sayAside(lineOf(progress))
  }
  try {
    const results = await workflow.run({
      ...(flags.output === undefined ? {} : { path: flags.output }),
      ...(flags.resume === undefined ? {} : { resume: flags.resume === 'always' ? 'always' : 'if_possible' }),
      ...(flags.target === undefined ? {} : { targets: flags.target }),
      ...(flags.rerunFrom === undefined ? {} : { rerunFrom: flags.rerunFrom }),
      ...(flags.prices === undefined ? {} : { prices: Prices.read(flags.prices) }),
      ...(flags.maxCost === undefined ? {} : { maxCostUSD: flags.maxCost }),
      stop,
      signal: abort,
      onStage: tell,
      onProgress: (progress, stage) => (flags.json ? sayJson({ type: 'progress', stage, ...progress }) : view.update(progress)),
      onEvent: (event, stage) => (flags.json ? sayJson({ ...event, stage }) : view.tell(event)),
    })
    view.stop()
    const again = commandLine(command, { ...goOn(), output: results.path })
    if (flags.json) sayJson(await summaryJSON(results))
    else say(await summaryOf(results, again))
    if (stop.aborted) return EXIT.interrupted
    return results.stopped === null ? EXIT.done : EXIT.short
  } finally {
    view.stop()
    if (abort.aborted && !flags.json) sayAside(`Stopped at once; finished cells are kept. Go on: ${commandLine(command, goOn())}`)
  }
}

function lineOf({ stage, index, count, status, rows }: StageProgress): string {
  const words = {
    begins: 'begins',
    kept: 'is there',
    done: 'is done',
    skipped: 'is passed over: the one before gave no rows',
    stopped: 'stopped',
  }
  return visibleLine(`Stage ${index + 1} of ${count}, ${stage}, ${words[status]}${rows === null ? '' : `: ${counted(rows, 'row')}`}`)
}

/** What came of each stage, and where it is. */
async function summaryOf(results: CompositeWorkflowResults, goOn: string): Promise<string> {
  const lines: string[] = []
  for (const name of results.stageNames) {
    const made = results.stage(name)
    if ('upstreamStage' in made) lines.push(`${name}: passed over, since ${made.upstreamStage} gave no rows`)
    else {
      const { rejects } = made.manifest
      const bill = made.usage.run.calls === 0 ? '' : `, ${spent(made.usage.run)}`
      const failed = rejects === 0 ? '' : `, ${counted(rejects, 'failure')}`
      lines.push(
        `${name}: ${counted(await results.countStageOutputRecords(name), 'row')}${failed}${bill} (${results.getStageOutputPath(name)})`,
      )
    }
  }
  const { stopped } = results
  if (stopped !== null) {
    const larger = stopped.reason.startsWith('The budget of') ? ', with a larger --max-cost' : ''
    lines.push(`${stopped.stage} stopped: ${stopped.reason}`, `Go on${larger}: ${goOn}`)
  }
  return lines.map(visibleLine).join('\n')
}

async function summaryJSON(results: CompositeWorkflowResults): Promise<object> {
  const stages = await Promise.all(
    results.stageNames.map(async name => {
      const made = results.stage(name)
      if ('upstreamStage' in made) return { name, ...made }
      return { name, rows: await results.countStageOutputRecords(name), path: results.getStageOutputPath(name), usage: made.usage.run }
    }),
  )
  return { type: 'summary', workflow: results.name, path: results.path, stopped: results.stopped, stages }
}
