import { defineFormat } from '../../format.ts'
import { dataDesigner } from './data-designer.ts'
import { discover } from './discover.ts'
import { example } from './example.ts'
import { namedThread } from './named-thread.ts'
import { parse } from './parse.ts'
import { sniff } from './sniff.ts'
import { ROLLOUT_FOLDERS, ROLLOUT_PATTERNS } from './threads.ts'

/** Rollouts of OpenAI's Codex, all generations since April 2025. */
export const codex = defineFormat({
  name: 'codex',
  title: 'Codex',
  version: 6,
  evidence: 'files',
  gives: {
    lineage: ['branch', 'fork', 'resume', 'review', 'subagent'],
    usage: 'response',
    tools: true,
    reasoning: ['full', 'summary', 'encrypted', 'redacted'],
    images: true,
    outcome: ['completed', 'interrupted', 'failed'],
  },
  example,
  goesOn: true,
  roots: [{ path: '.codex', env: 'CODEX_HOME', folders: ROLLOUT_FOLDERS }],
  patterns: ROLLOUT_PATTERNS,
  names: (source, unit) => namedThread(source, unit.files[0]!),
  sniff,
  discover,
  parse,
  dataDesigner,
})
