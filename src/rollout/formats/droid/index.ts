import { defineFormat } from '../../format.ts'
import { discover } from './discover.ts'
import { example } from './example.ts'
import { parse } from './parse.ts'
import { sniff } from './sniff.ts'

/** Sessions of Factory's Droid, and what `droid exec` prints of one. */
export const droid = defineFormat({
  name: 'droid',
  title: 'Factory Droid',
  version: 3,
  evidence: 'files',
  gives: {
    lineage: [],
    usage: 'session',
    tools: false,
    reasoning: ['full'],
    images: true,
    outcome: ['completed', 'interrupted', 'failed'],
  },
  example,
  goesOn: true,
  roots: [{ path: '.factory', folders: ['sessions'] }],
  patterns: ['*.jsonl'],
  sniff,
  discover,
  parse,
  dataDesigner: null,
})
