import { defineFormat } from '../../format.ts'
import { discover } from './discover.ts'
import { example } from './example.ts'
import { parse } from './parse.ts'
import { sniff } from './sniff.ts'

/** Datasets of conversations in the messages of chat APIs, a row each: OpenAI's, Anthropic's, ShareGPT's; and files of one conversation. */
export const chatRows = defineFormat({
  name: 'chat_rows',
  title: 'Chat rows',
  version: 2,
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
  sniff,
  discover,
  parse,
  dataDesigner: null,
})
