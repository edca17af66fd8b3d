import { defineFormat } from '../../format.ts'
import { dataDesigner } from './data-designer.ts'
import { discover } from './discover.ts'
import { example } from './example.ts'
import { parse } from './parse.ts'
import { sniff } from './sniff.ts'
import { storedSpan } from './stored-span.ts'

/** Hermes Agent: its database, snapshots, gateway logs, exports and training trajectories. */
export const hermesAgent = defineFormat({
  name: 'hermes_agent',
  title: 'Hermes Agent',
  version: 6,
  evidence: 'files',
  gives: {
    lineage: ['branch', 'continuation', 'reset', 'review', 'subagent'],
    usage: 'session',
    tools: true,
    reasoning: ['full', 'summary', 'encrypted', 'redacted'],
    images: true,
    outcome: ['completed', 'interrupted', 'failed'],
  },
  example,
  roots: [{ path: '.hermes', env: 'HERMES_HOME', folders: ['sessions', 'profiles'], files: ['state.db'] }],
  patterns: ['*.json', '*.jsonl', 'state.db'],
  sniff,
  discover,
  storedSpan,
  parse,
  dataDesigner,
})
