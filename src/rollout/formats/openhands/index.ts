import { defineFormat } from '../../format.ts'
import { discover } from './discover.ts'
import { example } from './example.ts'
import { parse } from './parse.ts'
import { sniff } from './sniff.ts'

/** Conversations of OpenHands: folders of events, event logs, and logs of single completions. */
export const openhands = defineFormat({
  name: 'openhands',
  title: 'OpenHands',
  version: 2,
  evidence: 'files',
  gives: {
    lineage: [],
    usage: 'response',
    tools: true,
    reasoning: ['full', 'redacted'],
    images: true,
    outcome: ['completed', 'interrupted', 'failed'],
  },
  example,
  roots: [{ path: '.openhands', folders: ['conversations'] }],
  patterns: ['event-*.json', '*.jsonl', '*.json'],
  sniff,
  discover,
  parse,
  dataDesigner: null,
})
