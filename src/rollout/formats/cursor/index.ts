import { userFolders } from '../../editor-folders.ts'
import { defineFormat } from '../../format.ts'
import { discover } from './discover.ts'
import { example } from './example.ts'
import { parse } from './parse.ts'
import { sniff } from './sniff.ts'
import { storedSpan } from './stored-span.ts'

/** Chats of Cursor: transcripts of its agents, and the stores of its editor and its command line. */
export const cursor = defineFormat({
  name: 'cursor',
  title: 'Cursor',
  version: 3,
  evidence: 'files',
  gives: {
    lineage: ['subagent'],
    usage: 'response',
    tools: false,
    reasoning: ['full', 'redacted'],
    images: false,
    outcome: ['completed', 'interrupted', 'failed'],
  },
  example,
  goesOn: true,
  roots: [
    { path: '.cursor', folders: ['projects', 'chats'] },
    ...userFolders('Cursor').map(folder => ({ ...folder, folders: ['globalStorage'] })),
  ],
  patterns: ['*.jsonl', 'state.vscdb', 'store.db'],
  sniff,
  discover,
  storedSpan,
  parse,
  dataDesigner: null,
})
