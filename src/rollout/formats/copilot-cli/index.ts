import { userFolders } from '../../editor-folders.ts'
import { defineFormat } from '../../format.ts'
import { discover } from './discover.ts'
import { example } from './example.ts'
import { parse } from './parse.ts'
import { sniff } from './sniff.ts'

/** Events of Copilot CLI, of what is made with the Copilot SDK, and transcripts of Copilot Chat in VS Code. */
export const copilotCli = defineFormat({
  name: 'copilot_cli',
  title: 'Copilot CLI',
  version: 3,
  evidence: 'files',
  gives: {
    lineage: ['branch', 'subagent'],
    usage: 'response',
    tools: false,
    reasoning: ['full', 'encrypted'],
    images: true,
    outcome: ['completed', 'interrupted', 'failed'],
  },
  example,
  goesOn: true,
  roots: [
    { path: '.copilot', env: 'COPILOT_HOME', folders: ['session-state'] },
    ...userFolders('Code').map(folder => ({ ...folder, folders: ['workspaceStorage'] })),
  ],
  patterns: ['*.jsonl'],
  sniff,
  discover,
  parse,
  dataDesigner: null,
})
