import { defineFormat } from '../../format.ts'
import { discover } from './discover.ts'
import { example } from './example.ts'
import { parse } from './parse.ts'
import { ROOTS } from './roots.ts'
import { sniff } from './sniff.ts'

/** Tasks of Cline, Roo Code and Kilo Code in their editors, and sessions of Cline's command line. */
export const cline = defineFormat({
  name: 'cline',
  title: 'Cline',
  version: 2,
  evidence: 'files',
  gives: {
    lineage: ['fork', 'subagent'],
    usage: 'response',
    tools: false,
    reasoning: ['full'],
    images: true,
    outcome: ['completed', 'interrupted', 'failed'],
  },
  example,
  roots: ROOTS,
  patterns: ['*.json'],
  sniff,
  discover,
  parse,
  dataDesigner: null,
})
