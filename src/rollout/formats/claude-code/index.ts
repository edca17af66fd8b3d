import { defineFormat } from '../../format.ts'
import { CAPTURE } from './capture.ts'
import { dataDesigner } from './data-designer.ts'
import { discover } from './discover.ts'
import { example } from './example.ts'
import { logFile } from './files.ts'
import { firstUuid } from './lineage/heads.ts'
import { namedSession } from './lineage/identity.ts'
import { CONTINUED, continuationsOf } from './lineage/siblings.ts'
import { parse } from './parse.ts'
import { sniff } from './sniff.ts'

/** Claude Code: one file per session and per spawned agent, below a folder per project. */
export const claudeCode = defineFormat({
  name: 'claude_code',
  title: 'Claude Code',
  version: 7,
  evidence: 'files',
  gives: {
    lineage: ['branch', 'continuation', 'fork', 'reset', 'subagent'],
    usage: 'response',
    tools: false,
    reasoning: ['full', 'summary', 'encrypted', 'redacted'],
    images: true,
    outcome: ['completed', 'interrupted', 'failed'],
  },
  example,
  goesOn: true,
  roots: [
    { path: '.claude', env: 'CLAUDE_CONFIG_DIR', folders: ['projects'] },
    { path: '.config/claude', env: 'CLAUDE_CONFIG_DIR', folders: ['projects'] },
  ],
  patterns: ['*.jsonl', CAPTURE],
  end: CONTINUED,
  beginsWith: firstUuid,
  tellsOf: (source, unit) => continuationsOf(source, logFile(unit.files[0]!)),
  names: (source, unit) => namedSession(source, logFile(unit.files[0]!)),
  sniff,
  discover,
  companionOf: path => (path.endsWith('.meta.json') ? path.replace(/\.meta\.json$/, '.jsonl') : null),
  parse,
  dataDesigner,
})
