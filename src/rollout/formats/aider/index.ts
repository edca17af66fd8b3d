import { defineFormat } from '../../format.ts'
import { discover } from './discover.ts'
import { example } from './example.ts'
import { parse } from './parse.ts'
import { sniff } from './sniff.ts'

/** Histories that Aider writes in Markdown beside the code: many runs in one file. */
export const aider = defineFormat({
  name: 'aider',
  title: 'Aider',
  version: 2,
  evidence: 'files',
  gives: {
    lineage: [],
    usage: 'response',
    tools: false,
    reasoning: ['full'],
    images: false,
    outcome: ['completed', 'interrupted', 'failed'],
  },
  example,
  roots: [{ path: '', folders: [], files: ['.aider.chat.history.md'] }],
  patterns: ['*aider*.md', '*.chat.history.md'],
  sniff,
  discover,
  parse,
  dataDesigner: null,
})
