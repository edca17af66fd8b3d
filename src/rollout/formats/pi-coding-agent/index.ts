import { defineFormat } from '../../format.ts'
import { dataDesigner } from './data-designer.ts'
import { discover } from './discover.ts'
import { example } from './example.ts'
import { storedSpan } from './openclaw/stored-span.ts'
import { parse } from './parse.ts'
import { sniff } from './sniff.ts'

/** Sessions of Pi, and of oh-my-pi, OpenClaw and mom, which keep theirs in the same form. */
export const piCodingAgent = defineFormat({
  name: 'pi_coding_agent',
  title: 'Pi Coding Agent',
  version: 6,
  evidence: 'files',
  gives: {
    lineage: ['branch', 'continuation', 'fork', 'reset', 'subagent'],
    usage: 'response',
    tools: true,
    reasoning: ['full', 'summary', 'encrypted', 'redacted'],
    images: true,
    outcome: ['completed', 'interrupted', 'failed'],
  },
  example,
  goesOn: true,
  roots: [
    { path: '.pi/agent', env: 'PI_CODING_AGENT_DIR', folders: ['sessions'] },
    { path: '.omp/agent', folders: ['sessions'] },
    { path: '.openclaw', env: 'OPENCLAW_STATE_DIR', folders: ['agents'] },
    { path: '.coding-agent', folders: ['sessions'] },
  ],
  patterns: ['*.jsonl', 'openclaw-agent*.sqlite', '*.jsonl.deleted.*', '*.jsonl.reset.*', 'pi.txt'],
  sniff,
  discover,
  storedSpan,
  parse,
  dataDesigner,
})
