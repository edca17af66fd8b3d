import { defineFormat } from '../../format.ts'
import { onePerFile } from '../../log/one-per-file.ts'
import { example } from './example.ts'
import { parse } from './parse.ts'
import { looksLikeChatRows } from './sniff.ts'

/** Datasets of conversations in the messages of chat APIs, a row each: OpenAI's, Anthropic's, ShareGPT's; and files of one conversation. */
export const chatRows = defineFormat({
  name: 'chat_rows',
  title: 'Chat rows',
  version: 1,
  evidence: 'source',
  isGeneral: true,
  gives: {
    lineage: [],
    usage: 'session',
    tools: true,
    reasoning: ['full'],
    images: true,
    outcome: ['completed', 'failed'],
  },
  example,
  roots: [],
  patterns: ['*.jsonl', '*.json'],
  sniff: (_path, head) => looksLikeChatRows(head),
  discover: (source, files, skipped) =>
    onePerFile(source, files, skipped, { is: (_path, head) => looksLikeChatRows(head), title: 'chat-row' }),
  parse,
  dataDesigner: null,
})
