// `npm run demo`: sample logs of five agents → rows → both example pipelines. Nobody's own logs are read, and no hosted model is
// called unless --provider names one.
import { parseArgs } from 'node:util'
import {
  AgentRolloutSeedSource,
  DataDesigner,
  findLocalServer,
  ModelConfig,
  ModelProvider,
  openRollouts,
  scanMachine,
  TracewrightError,
} from 'tracewright'
import { loadConfigBuilder as reviewToolInteractions } from './review-tool-interactions.ts'
import { loadConfigBuilder as summarizeRandomTurn } from './summarize-random-turn.ts'

const logs = new URL('./logs', import.meta.url).pathname
const { values: flags } = parseArgs({
  options: { provider: { type: 'string' }, model: { type: 'string' }, seed: { type: 'string', default: '11' } },
})

process.on('uncaughtException', error => {
  console.error(`\ndemo: ${error instanceof TracewrightError ? error.sentence : (error.stack ?? error.message)}`)
  process.exit(1)
})

/** A model for the demo: the one named, else one served on this machine, else the stand-in, which is no model and says so. */
async function chooseModel(): Promise<{ provider: ModelProvider | null; config: (alias: string) => ModelConfig; sentence: string }> {
  if (flags.provider !== undefined) {
    const { provider, model = 'nvidia/nemotron-3-nano-30b-a3b' } = flags
    return {
      provider: null,
      config: alias => new ModelConfig({ alias, model, provider }),
      sentence: `${model} of ${provider}, as you asked. The sample logs are sent there`,
    }
  }
  const server = await findLocalServer()
  if (server !== null) {
    const model = flags.model ?? server.models[0]!
    const provider = new ModelProvider({ name: 'local', endpoint: server.endpoint })
    return {
      provider,
      config: alias => new ModelConfig({ alias, model, provider: 'local' }),
      sentence: `${model}, served by ${server.name} on this machine (${server.endpoint})`,
    }
  }
  return {
    provider: null,
    config: alias => new ModelConfig({ alias, model: 'stand-in', provider: 'stand-in' }),
    sentence:
      'the stand-in: no model server answers on this machine (looked for Ollama, llama.cpp, LM Studio, vLLM).\n' +
      '   It is not a model: it extracts text from the prompt and fills a schema. Start a server, or add -- --provider nvidia',
  }
}

function heading(text: string): void {
  console.log(`\n${'━'.repeat(100)}\n${text}\n`)
}

heading('1. Sample logs of five agents → rows')
const rollouts = await openRollouts({ format: 'auto', path: logs })
const found = new Map<string, { logs: number; rows: number; messages: number; calls: number }>()
let [records, accounted] = [0, 0]
for (const ref of rollouts.units) {
  const { outcomes, ledger } = await rollouts.read(ref)
  const counts = found.get(ref.format.title) ?? { logs: 0, rows: 0, messages: 0, calls: 0 }
  found.set(ref.format.title, counts)
  counts.logs++
  records += ledger.records
  accounted += ledger.records - Object.values(ledger.buckets.unparsed).reduce((a, b) => a + b, 0)
  for (const outcome of outcomes) {
    if (!('row' in outcome)) continue
    counts.rows++
    counts.messages += outcome.row.message_count
    counts.calls += outcome.row.tool_call_count
  }
}
rollouts.close()
for (const [title, { logs, rows, messages, calls }] of found)
  console.log(
    `   ${title.padEnd(16)} ${logs} ${logs === 1 ? 'log ' : 'logs'} → ${rows} ${rows === 1 ? 'row ' : 'rows'}, ${messages} messages, ${calls} tool ${calls === 1 ? 'call' : 'calls'}`,
  )
console.log(`\n   ${records} records read, ${accounted} accounted for, ${records - accounted} unreadable`)

const { provider, config, sentence } = await chooseModel()
console.log(`\n   Model: ${sentence}`)
const dataDesigner = new DataDesigner({ seed: Number(flags.seed), ...(provider === null ? {} : { modelProviders: [provider] }) })
const source = () => new AgentRolloutSeedSource({ format: 'auto', path: logs })

heading('2. Summarize a random turn of each session (examples/summarize-random-turn.ts)')
const summaries = await dataDesigner.preview(summarizeRandomTurn({ source: source(), model: config }), { numRecords: 3 })
summaries.displaySampleRecord()

heading('3. Turn tool interactions into a review dataset (examples/review-tool-interactions.ts)')
const reviews = await dataDesigner.preview(reviewToolInteractions({ source: source(), model: config }), { numRecords: 5 })
// Another session than the one above.
const other = reviews.dataset.findIndex(row => row['trace_id'] !== summaries.dataset[0]?.['trace_id'])
reviews.displaySampleRecord({ index: Math.max(0, other) })
const outcomes = Map.groupBy(reviews.dataset, row => String((row['tool_interaction_analysis'] as { outcome?: string } | null)?.outcome))
console.log(
  `\n   ${reviews.dataset.length} tool interactions of 5 sessions: ${[...outcomes].map(([outcome, rows]) => `${rows.length} ${outcome}`).join(', ')}`,
)
for (const failure of [...summaries.failures, ...reviews.failures]) console.log(`   failed: ${failure.at}: ${failure.reason}`)

heading('4. Your own logs')
const mine = (await scanMachine()).filter(entry => entry.sessions > 0)
for (const entry of mine) console.log(`   ${entry.title.padEnd(16)} ${entry.sessions} sessions, newest ${entry.newest?.slice(0, 10)}`)
if (mine.length === 0) console.log('   No agent logs at the usual places of this machine.')
console.log(
  `\n   Rows of them:      npx tracewright ingest --format ${mine[0]?.format ?? 'claude_code'} -o rows.jsonl` +
    '\n   The same pipeline: npx tracewright preview examples/summarize-random-turn.ts -n 3   (asks the model its config names)',
)
