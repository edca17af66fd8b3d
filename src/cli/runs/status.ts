import { existsSync } from 'node:fs'
import { Command } from 'commander'
import { TracewrightError } from '../../errors.ts'
import { shellWord } from '../../shell-word.ts'
import { EXIT } from '../terminal/exit.ts'
import { bytes, count, counted, wantsColor } from '../terminal/print.ts'
import { say, sayJson, show } from '../terminal/say.ts'

/** `tracewright status`: how a run stands, or the shards of a home. */
export function status(): Command {
  return new Command('status')
    .summary('how a run, or the shards of a plan, stand')
    .description(
      'How a run stands: whether its process lives, which servers it waits for, rows, cost; what failed, with the prompt that was sent and\n' +
        'the replies. Of a plan: its shards, what each has made, failed and cost. A plan that was merged is a run, too: --failures shows what\n' +
        'failed in it.',
    )
    .argument('<folder>', 'folder of a run, or home of a plan')
    .option('--failures', 'show each row that failed: its prompt as it was sent, replies and errors as they came')
    .option('--json', 'a JSON object for each shard; of a run, one for it and one for each failure with its prompt and replies')
    .action(async (folder: string, flags: StatusFlags) => {
      process.exitCode = EXIT.done
      const { RunFolder } = await import('../../dataset/run/folder.ts')
      const { isShardHome } = await import('../../pipeline/shard/shard-plan.ts')
      const { isIngestHome } = await import('../../dataset/ingest-shards/ingest-plan.ts')
      if (await isIngestHome(folder)) return ingestTable(folder, flags.json ?? false)
      const [isRun, isHome] = [RunFolder.isRun(folder), isShardHome(folder)]
      if (!isRun && !isHome && !folder.includes('://')) throw nothingThere(folder)
      if (isRun && (flags.failures === true || !isHome)) await ofRun(folder, flags)
      else await ofShards(folder, flags)
    })
}

function nothingThere(folder: string): TracewrightError {
  const found = existsSync(folder) ? 'neither a run nor a plan is there' : 'there is no such folder'
  return new TracewrightError('usage', `Cannot tell how '${folder}' stands: ${found}`, {
    hint: 'Name the folder that `create` made, or the home of a plan',
  })
}

type StatusFlags = { json?: boolean; failures?: boolean }

async function ofRun(folder: string, flags: StatusFlags): Promise<void> {
  const [{ runFailures, runStatus }, { RunFolder }, { commandFor }] = await Promise.all([
    import('../../pipeline/creation/run-status.ts'),
    import('../../dataset/run/folder.ts'),
    import('../../dataset/run/run-command.ts'),
  ])
  const run = runStatus(folder)
  if (flags.json) {
    sayJson({ type: 'run', ...run })
    for await (const failure of runFailures(folder)) sayJson({ type: 'failure', ...failure })
    return
  }
  const { failureLines, statusLines } = await import('./run-report.ts')
  say(statusLines(run).join('\n'))
  const { state } = run.life
  if (run.status !== 'complete' && (state === 'dead' || state === 'ended')) say(`Go on: ${commandFor(new RunFolder(folder), 'resume')}`)
  if (flags.failures) for await (const failure of runFailures(folder)) say(`\n${failureLines(failure).join('\n')}`)
  else if (run.rejects > 0)
    say(
      `${run.rejects > run.skipped ? 'What was asked, and what came back' : 'Which, and why'}: tracewright status ${shellWord(folder)} --failures`,
    )
}

async function ofShards(home: string, flags: StatusFlags): Promise<void> {
  const { shardStatus } = await import('../../pipeline/shard/shard-status.ts')
  const { shards } = await shardStatus(home)
  if (flags.json) {
    for (const shard of shards) sayJson(shard)
    return
  }
  const [{ dollars }, { renderTable }] = await Promise.all([import('../create/create-view.ts'), import('../terminal/table.ts')])
  const cells = shards.map(({ shard, state, attempts, rows, rejects, cost_usd, finished_at }) => [
    shard,
    state,
    attempts,
    rows === null ? '–' : count(rows),
    rejects === null ? '–' : count(rejects),
    cost_usd === null ? '–' : dollars(cost_usd),
    finished_at ?? '–',
  ])
  show(renderTable(['shard', 'state', 'attempts', 'rows', 'failures', 'cost', 'finished'], cells, wantsColor(process.stdout)))
  const done = shards.filter(({ state }) => state === 'done')
  say(
    `${done.length} of ${counted(shards.length, 'shard')} done, ${counted(
      done.reduce((n, { rows }) => n + rows!, 0),
      'row',
    )}`,
  )
}

async function ingestTable(home: string, isJson: boolean): Promise<void> {
  const { ingestStatus } = await import('../../dataset/ingest-shards/ingest-status.ts')
  const shards = await ingestStatus(home)
  if (isJson) {
    for (const shard of shards) sayJson(shard)
    return
  }
  const { renderTable } = await import('../terminal/table.ts')
  const cells = shards.map(({ shard, state, units, bytes: size, rows, rejects, finished_at }) => [
    shard,
    state,
    count(units),
    bytes(size),
    rows === null ? '–' : count(rows),
    rejects === null ? '–' : count(rejects),
    finished_at ?? '–',
  ])
  show(renderTable(['shard', 'state', 'logs', 'size', 'rows', 'rejects', 'finished'], cells, wantsColor(process.stdout)))
  const done = shards.filter(({ state }) => state === 'done')
  say(
    `${done.length} of ${counted(shards.length, 'shard')} done, ${counted(
      done.reduce((n, { rows }) => n + rows!, 0),
      'row',
    )} before copies are left out`,
  )
}
