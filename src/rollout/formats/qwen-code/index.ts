import { defineFormat } from '../../format.ts'
import { onePerFile } from '../../log/one-per-file.ts'
import { isQwenLog } from './entry.ts'
import { example } from './example.ts'
import { parse } from './parse.ts'

/** Sessions of Qwen Code. */
export const qwenCode = defineFormat({
  name: 'qwen_code',
  title: 'Qwen Code',
  version: 2,
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
  sniff: (_path, head) => isQwenLog(head),
  discover: (source, files, skipped) =>
    onePerFile(source, files, skipped, { is: (path, head) => /\/chats\/[^/]+$/.test(path) || isQwenLog(head), title: 'Qwen Code' }),
  parse,
  dataDesigner: null,
})
