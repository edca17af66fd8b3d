import { defineFormat } from '../../format.ts'
import { discover } from './discover.ts'
import { example } from './example.ts'
import { parse } from './parse.ts'
import { sniff } from './sniff.ts'
import { storedSpan } from './stored-span.ts'

/** Sessions of OpenCode, and of Kilo Code and MiMo Code, which keep theirs in the same form: stores, trees of files, exports. */
export const opencode = defineFormat({
  name: 'opencode',
  title: 'OpenCode',
  version: 3,
  evidence: 'files',
  gives: {
    lineage: ['branch', 'subagent'],
    usage: 'response',
    tools: false,
    reasoning: ['full'],
    images: true,
    outcome: ['completed', 'interrupted', 'failed'],
  },
  example,
  roots: [
    { path: '.local/share/opencode', env: 'XDG_DATA_HOME', below: 'opencode', folders: ['storage'], files: ['opencode*.db'] },
    { path: '.local/share/kilo', env: 'XDG_DATA_HOME', below: 'kilo', folders: ['storage'], files: ['*.db'] },
    { path: '.local/share/mimocode', env: 'XDG_DATA_HOME', below: 'mimocode', folders: ['storage'], files: ['*.db'] },
  ],
  patterns: ['*.json', '*.db'],
  sniff,
  discover,
  storedSpan,
  parse,
  dataDesigner: null,
})
