import { defineFormat } from '../../format.ts'
import { discover } from './discover.ts'
import { example } from './example.ts'
import { parse } from './parse.ts'
import { sniff } from './sniff.ts'

/** Sessions of Qwen Code. */
export const qwenCode = defineFormat({
  name: 'qwen_code',
  title: 'Qwen Code',
  version: 4,
  evidence: 'files',
  gives: {
    lineage: ['branch', 'fork', 'subagent'],
    usage: 'response',
    tools: false,
    reasoning: ['summary'],
    images: true,
    outcome: ['completed', 'interrupted'],
  },
  example,
  goesOn: true,
  roots: [{ path: '.qwen', env: 'QWEN_HOME', folders: ['projects'] }],
  patterns: ['*.jsonl'],
  sniff,
  discover,
  parse,
  dataDesigner: null,
})
