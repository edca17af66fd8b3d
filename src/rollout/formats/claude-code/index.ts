import { defineFormat } from '../../format.ts'
import { CAPTURE, capturedTwice } from './capture.ts'
import { dataDesigner } from './data-designer.ts'
import { example } from './example.ts'
import { notASession } from './files.ts'
import { parseSession } from './session.ts'
import { looksLikeClaudeCode } from './sniff.ts'

/** Claude Code: one file per session and per spawned agent, below a folder per project. */
export const claudeCode = defineFormat({
  name: 'claude_code',
  title: 'Claude Code',
  version: 5,
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
  // A workflow's journal is Claude Code's too: discovery says why it is no session.
  sniff: (path, head) => /(^|\/)workflows\/.*journal\.jsonl$/.test(path) || looksLikeClaudeCode(head),
  discover: async (source, files, skipped) => {
    const twice = capturedTwice(source, files)
    return files.flatMap(path => {
      const reason = notASession(path) ?? twice.get(path) ?? null
      if (reason === null) return [{ key: path, files: [path] }]
      skipped.push({ path, reason })
      return []
    })
  },
  parse: parseSession,
  dataDesigner,
})
