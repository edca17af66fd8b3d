import { defineFormat } from '../../format.ts'
import { discover } from './discover.ts'
import { example } from './example.ts'
import { parse } from './parse.ts'
import { sniff } from './sniff.ts'
import { storedSpan } from './stored-span.ts'

/** Logs of Inspect: archives of samples, and the same as one document. */
export const inspect = defineFormat({
  name: 'inspect',
  title: 'Inspect',
  version: 2,
  evidence: 'files',
  gives: {
    lineage: ['review', 'subagent'],
    usage: 'response',
    tools: true,
    reasoning: ['full', 'summary', 'redacted'],
    images: true,
    outcome: ['completed', 'interrupted', 'failed'],
  },
  example,
  roots: [],
  patterns: ['*.eval', '*.json'],
  sniff,
  discover,
  storedSpan,
  parse,
  dataDesigner: null,
})
