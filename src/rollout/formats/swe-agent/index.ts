import { defineFormat } from '../../format.ts'
import { discover } from './discover.ts'
import { example } from './example.ts'
import { parse } from './parse.ts'
import { sniff } from './sniff.ts'

/** Trajectories of SWE-agent and mini-swe-agent. */
export const sweAgent = defineFormat({
  name: 'swe_agent',
  title: 'SWE-agent',
  version: 2,
  evidence: 'files',
  gives: {
    lineage: ['branch', 'subagent'],
    usage: 'response',
    tools: true,
    reasoning: ['full'],
    images: false,
    outcome: ['completed', 'failed'],
  },
  example,
  roots: [],
  patterns: ['*.traj', '*.traj.json', '*.json'],
  sniff,
  discover,
  parse,
  dataDesigner: null,
})
