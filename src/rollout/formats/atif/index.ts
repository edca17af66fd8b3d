import { defineFormat } from '../../format.ts'
import { dataDesigner } from './data-designer.ts'
import { discover } from './discover.ts'
import { example } from './example.ts'
import { parse } from './parse.ts'
import { sniff } from './sniff.ts'

/** Trajectories in the Agent Trajectory Interchange Format (Harbor RFC 0001), whoever wrote them. */
export const atif = defineFormat({
  name: 'atif',
  title: 'ATIF',
  version: 5,
  evidence: 'files',
  gives: {
    lineage: ['continuation', 'subagent'],
    usage: 'response',
    tools: true,
    reasoning: ['full'],
    images: true,
    outcome: ['completed', 'interrupted', 'failed'],
  },
  example,
  roots: [],
  patterns: ['*.json'],
  sniff,
  discover,
  parse,
  dataDesigner,
})
