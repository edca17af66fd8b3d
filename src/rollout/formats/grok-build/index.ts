import { defineFormat } from '../../format.ts'
import { discover } from './discover.ts'
import { example } from './example.ts'
import { parse } from './parse.ts'
import { sniff } from './sniff.ts'

/** Sessions of Grok Build: the history that its model is given. */
export const grokBuild = defineFormat({
  name: 'grok_build',
  title: 'Grok Build',
  version: 1,
  evidence: 'files',
  gives: {
    lineage: ['fork', 'subagent'],
    usage: 'none',
    tools: false,
    reasoning: ['full', 'summary', 'encrypted'],
    images: true,
    outcome: ['completed'],
  },
  example,
  goesOn: true,
  roots: [{ path: '.grok', env: 'GROK_HOME', folders: ['sessions'] }],
  patterns: ['*.jsonl'],
  sniff,
  discover,
  parse,
  dataDesigner: null,
})
