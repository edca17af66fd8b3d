import { defineFormat } from '../../format.ts'
import { discover } from './discover.ts'
import { example } from './example.ts'
import { parse } from './parse.ts'
import { sniff } from './sniff.ts'

/** Sessions of Mistral Vibe: folders of messages, and the documents of before version 2. */
export const mistralVibe = defineFormat({
  name: 'mistral_vibe',
  title: 'Mistral Vibe',
  version: 3,
  evidence: 'files',
  gives: {
    lineage: ['continuation', 'fork', 'subagent'],
    usage: 'session',
    tools: true,
    reasoning: ['full', 'encrypted'],
    images: true,
    outcome: ['completed', 'interrupted'],
  },
  example,
  goesOn: true,
  roots: [{ path: '.vibe', env: 'VIBE_HOME', folders: ['logs'] }],
  patterns: ['*.jsonl', 'session_*.json'],
  sniff,
  discover,
  parse,
  dataDesigner: null,
})
