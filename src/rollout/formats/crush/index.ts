import { defineFormat } from '../../format.ts'
import { discover } from './discover.ts'
import { example } from './example.ts'
import { parse } from './parse.ts'
import { projectFolders } from './projects.ts'
import { sniff } from './sniff.ts'
import { storedSpan } from './stored-span.ts'

/** Sessions of Crush: the store of each project, and what it prints as JSON. */
export const crush = defineFormat({
  name: 'crush',
  title: 'Crush',
  version: 2,
  evidence: 'files',
  gives: {
    lineage: ['subagent'],
    usage: 'session',
    tools: false,
    reasoning: ['full', 'encrypted'],
    images: true,
    outcome: ['completed', 'interrupted', 'failed'],
  },
  example,
  roots: [
    { path: '.local/share/crush', env: 'XDG_DATA_HOME', below: 'crush', folders: ['.crush'], files: ['crush.db'] },
    { path: 'AppData/Local/crush', env: 'LOCALAPPDATA', below: 'crush', folders: ['.crush'], files: ['crush.db'], on: 'win32' },
    { path: '.local/share/crush', env: 'CRUSH_GLOBAL_DATA', below: '', folders: ['.crush'], files: ['crush.db'] },
  ],
  namedRoots: projectFolders,
  patterns: ['*.db', '*.json'],
  sniff,
  discover,
  storedSpan,
  parse,
  dataDesigner: null,
})
