import { userFolders } from '../../editor-folders.ts'
import { defineFormat } from '../../format.ts'
import { discover } from './discover.ts'
import { example } from './example.ts'
import { parse } from './parse.ts'
import { sniff } from './sniff.ts'

/** Chats of VS Code and of editors that are made from it, and what Copilot Chat exports of its requests. */
export const vscodeChat = defineFormat({
  name: 'vscode_chat',
  title: 'VS Code chat',
  version: 2,
  evidence: 'source',
  gives: {
    lineage: ['branch', 'fork'],
    usage: 'response',
    tools: true,
    reasoning: ['full', 'encrypted'],
    images: true,
    outcome: ['completed', 'interrupted', 'failed'],
  },
  example,
  goesOn: true,
  roots: ['Code', 'Code - Insiders', 'VSCodium'].flatMap(editor =>
    userFolders(editor).map(({ path, on }) => ({ path, on, folders: ['workspaceStorage', 'globalStorage'] })),
  ),
  patterns: ['*.jsonl', '*.json'],
  sniff,
  discover,
  parse,
  dataDesigner: null,
})
