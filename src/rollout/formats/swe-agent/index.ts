import { defineFormat } from '../../format.ts'
import { onePerFile } from '../../log/one-per-file.ts'
import { example } from './example.ts'
import { looksLikeTrajectory } from './kinds.ts'
import { parse } from './parse.ts'

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
  sniff: looksLikeTrajectory,
  discover: (source, files, skipped) => onePerFile(source, files, skipped, { is: looksLikeTrajectory, title: 'SWE-agent' }),
  parse,
  dataDesigner: null,
})
