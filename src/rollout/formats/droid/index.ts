import { defineFormat } from '../../format.ts'
import { onePerFile } from '../../log/one-per-file.ts'
import { isDroidLog } from './entry.ts'
import { example } from './example.ts'
import { parse } from './parse.ts'

/** Sessions of Factory's Droid, and what `droid exec` prints of one. */
export const droid = defineFormat({
  name: 'droid',
  title: 'Factory Droid',
  version: 2,
  evidence: 'files',
  gives: {
    lineage: [],
    usage: 'session',
    tools: false,
    reasoning: ['full'],
    images: true,
    outcome: ['completed', 'interrupted', 'failed'],
  },
  example,
  goesOn: true,
  roots: [{ path: '.factory', folders: ['sessions'] }],
  patterns: ['*.jsonl'],
  sniff: (_path, head) => isDroidLog(head),
  discover: async (source, files, skipped) => {
    const is = (path: string, head: string) => /(?:^|\/)sessions\/.+\.jsonl$/.test(path) || isDroidLog(head)
    return onePerFile(source, files, skipped, { is, title: 'Factory Droid' })
  },
  parse,
  dataDesigner: null,
})
