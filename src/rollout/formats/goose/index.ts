import { defineFormat } from '../../format.ts'
import { discover } from './discover.ts'
import { example } from './example.ts'
import { parse } from './parse.ts'
import { sniff } from './sniff.ts'
import { storedSpan } from './stored-span.ts'

/** Sessions of Goose: its store, the files it kept before that, and what it exports. */
export const goose = defineFormat({
  name: 'goose',
  title: 'Goose',
  version: 2,
  evidence: 'source',
  gives: {
    lineage: ['subagent'],
    usage: 'session',
    tools: false,
    reasoning: ['full', 'redacted'],
    images: true,
    outcome: ['completed', 'interrupted', 'failed'],
  },
  example,
  roots: [
    { path: '.local/share/goose', env: 'XDG_DATA_HOME', below: 'goose', folders: ['sessions'] },
    { path: 'AppData/Roaming/Block/goose/data', folders: ['sessions'], on: 'win32' },
    { path: '.local/share/goose', env: 'GOOSE_PATH_ROOT', below: 'data', folders: ['sessions'] },
  ],
  patterns: ['*.db', '*.jsonl', '*.json'],
  sniff,
  discover,
  storedSpan,
  parse,
  dataDesigner: null,
})
