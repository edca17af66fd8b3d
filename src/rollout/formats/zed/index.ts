import { defineFormat } from '../../format.ts'
import { discover } from './discover.ts'
import { example } from './example.ts'
import { parse } from './parse.ts'
import { sniff } from './sniff.ts'
import { storedSpan } from './stored-span.ts'

/** Threads of the agent in the editor Zed: its store, and documents of single threads. */
export const zed = defineFormat({
  name: 'zed',
  title: 'Zed',
  version: 1,
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
    { path: '.local/share/zed', env: 'XDG_DATA_HOME', below: 'zed', folders: ['threads'], on: 'linux' },
    { path: '.var/app/dev.zed.Zed/data/zed', folders: ['threads'], on: 'linux' },
    { path: 'Library/Application Support/Zed', folders: ['threads'], on: 'darwin' },
    { path: 'AppData/Local/Zed', env: 'LOCALAPPDATA', below: 'Zed', folders: ['threads'], on: 'win32' },
  ],
  patterns: ['*.db', '*.json'],
  sniff,
  discover,
  storedSpan,
  parse,
  dataDesigner: null,
})
