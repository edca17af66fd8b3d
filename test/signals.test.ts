import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { folderWith, jsonl, removeFolders } from '../src/rollout/testing/read-logs.ts'
import { startCli } from './cli-process.ts'
import { root } from './sources.ts'

/*
 * A signal is heard in the midst of one log. The log sends it: a format of the test's own raises it at a record or a row of its
 * choice, and takes its time with that one, so that it does not matter how fast the machine is.
 */

afterAll(removeFolders)

const RECORDS = 40_000

const FORMAT = `
import { writeFileSync } from 'node:fs'
import { assembleRow, Conversation, defineFormat, readLines } from 'tracewright'

function raise() {
  process.kill(process.pid, process.env.RAISES)
  for (const until = performance.now() + 200; performance.now() < until; );
}

export const extensions = { formats: [defineFormat({
  name: 'bells', title: 'Bells', version: 1, evidence: 'source',
  gives: { lineage: [], usage: 'none', tools: false, reasoning: [], images: false, outcome: [] },
  example: id => ({ 'a.bells': '{"bells":1}\\n' }),
  roots: [], patterns: ['*.bells'],
  sniff: (path, head) => head.startsWith('{"bells":'),
  discover: async (source, files) => files.map(file => ({ key: file, files: [file] })),
  async *parse({ files: [file] }, { source, ledger }) {
    const said = []
    for await (const { record, ...place } of readLines(source, file, ledger, { isRecord: () => true })) {
      if (record.bells === 100 && process.env.AT === 'record') raise()
      said.push([record.text, place])
    }
    writeFileSync('read', '')
    for (const [i, [text, place]] of said.entries()) {
      const conversation = new Conversation(ledger, file)
      conversation.say('user', [{ type: 'text', text }], place)
      if (i === 100 && process.env.AT === 'row') raise()
      if (i === ${RECORDS - 1}) writeFileSync('made', '')
      yield { row: assembleRow({ trace_id: 'b' + i, source_kind: 'bells', source_path: file }, conversation.finish()) }
    }
  },
  dataDesigner: null,
})] }
`

it.each([
  ['SIGINT', 'record'],
  ['SIGTERM', 'record'],
  ['SIGINT', 'row'],
  ['SIGTERM', 'row'],
])('%s at a %s of a long log ends the reading of it', { timeout: 60_000 }, async (RAISES, AT) => {
  const log = jsonl(Array.from({ length: RECORDS }, (_, bells) => ({ bells, text: 'ding dong '.repeat(10) })))
  const cwd = folderWith({ 'bells.mjs': FORMAT, 'logs/a.bells': log })
  mkdirSync(join(cwd, 'node_modules'))
  symlinkSync(root, join(cwd, 'node_modules', 'tracewright'))
  const command = ['ingest', 'logs', '-f', 'bells', '--extensions', './bells.mjs', '-o', 'rows.jsonl', '--workers', '1']
  const { code, stderr } = await startCli(command, cwd, { RAISES, AT }).output
  expect([code, existsSync(join(cwd, 'read')), existsSync(join(cwd, 'made')), existsSync(join(cwd, 'rows.jsonl'))], stderr).toEqual([
    130,
    AT === 'row',
    false,
    false,
  ])
})
