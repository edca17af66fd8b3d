import { defineFormat } from '../../format.ts'
import { discover } from './discover.ts'
import { example } from './example.ts'
import { parse } from './parse.ts'
import { sniff } from './sniff.ts'

/** Sessions of Gemini CLI: the documents of before version 0.40, and the logs since. */
export const geminiCli = defineFormat({
  name: 'gemini_cli',
  title: 'Gemini CLI',
  version: 4,
  evidence: 'files',
  gives: {
    lineage: ['branch', 'subagent'],
    usage: 'response',
    tools: false,
    reasoning: ['summary'],
    images: true,
    outcome: ['completed', 'interrupted', 'failed'],
  },
  example,
  goesOn: true,
  roots: [{ path: '.gemini', env: 'GEMINI_CLI_HOME', below: '.gemini', folders: ['tmp'] }],
  patterns: ['*.jsonl', '*.json'],
  sniff,
  discover,
  parse,
  dataDesigner: null,
})
