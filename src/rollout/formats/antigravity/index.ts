import { defineFormat } from '../../format.ts'
import { discover } from './discover.ts'
import { example } from './example.ts'
import { parse } from './parse.ts'
import { sniff } from './sniff.ts'

/** Transcripts of Antigravity, which it keeps beside its conversations; these it encrypts. */
export const antigravity = defineFormat({
  name: 'antigravity',
  title: 'Antigravity',
  version: 2,
  evidence: 'files',
  gives: {
    lineage: ['branch', 'subagent'],
    usage: 'response',
    tools: false,
    reasoning: ['full'],
    images: false,
    outcome: ['completed', 'interrupted', 'failed'],
  },
  example,
  goesOn: true,
  roots: ['antigravity-cli', 'antigravity', 'antigravity-ide'].map(name => ({ path: `.gemini/${name}`, folders: ['brain'] })),
  patterns: ['transcript*.jsonl'],
  sniff,
  discover,
  parse,
  dataDesigner: null,
})
