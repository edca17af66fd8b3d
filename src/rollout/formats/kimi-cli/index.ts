import { defineFormat } from '../../format.ts'
import { discover } from './discover.ts'
import { example } from './example.ts'
import { parse } from './parse.ts'
import { sniff } from './sniff.ts'

/** Sessions of Kimi Code, and of Kimi CLI before it. */
export const kimiCli = defineFormat({
  name: 'kimi_cli',
  title: 'Kimi CLI',
  version: 3,
  evidence: 'files',
  gives: {
    lineage: ['branch', 'fork', 'subagent'],
    usage: 'response',
    tools: true,
    reasoning: ['full', 'encrypted'],
    images: true,
    outcome: ['completed', 'interrupted', 'failed'],
  },
  example,
  goesOn: true,
  roots: [
    { path: '.kimi-code', env: 'KIMI_CODE_HOME', folders: ['sessions'] },
    { path: '.kimi', env: 'KIMI_SHARE_DIR', folders: ['sessions'] },
  ],
  patterns: ['*.jsonl'],
  sniff,
  discover,
  parse,
  dataDesigner: null,
})
