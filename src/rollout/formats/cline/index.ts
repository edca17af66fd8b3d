import { defineFormat } from '../../format.ts'
import { onePerFile } from '../../log/one-per-file.ts'
import { example } from './example.ts'
import { aside, isTask } from './kinds.ts'
import { parse } from './parse.ts'
import { ROOTS } from './places.ts'
import { withSideFiles } from './side-files.ts'

/** Tasks of Cline, Roo Code and Kilo Code in their editors, and sessions of Cline's command line. */
export const cline = defineFormat({
  name: 'cline',
  title: 'Cline',
  version: 1,
  evidence: 'files',
  gives: {
    lineage: ['fork', 'subagent'],
    usage: 'response',
    tools: false,
    reasoning: ['full'],
    images: true,
    outcome: ['completed', 'interrupted', 'failed'],
  },
  example,
  roots: ROOTS,
  patterns: ['*.json'],
  sniff: isTask,
  discover: async (source, files, skipped) =>
    (await onePerFile(source, files, skipped, { is: isTask, title: 'Cline', aside })).map(unit => withSideFiles(source, unit)),
  parse,
  dataDesigner: null,
})
