import { defineFormat } from '../../format.ts'
import { onePerFile } from '../../log/one-per-file.ts'
import type { Skipped } from '../../log/source.ts'
import { example } from './example.ts'
import { aside, isTask } from './kinds.ts'
import { parse } from './parse.ts'
import { ROOTS } from './places.ts'
import { withSideFiles } from './side-files.ts'

/** Tasks of Cline, Roo Code and Kilo Code in their editors, and sessions of Cline's command line. */
export const cline = defineFormat({
  name: 'cline',
  title: 'Cline',
  version: 2,
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
  async discover(source, files, skipped) {
    const passed: Skipped[] = []
    const tasks = await onePerFile(source, files, passed, { is: isTask, title: 'Cline', aside })
    const units = tasks.map(unit => withSideFiles(source, unit))
    const joined = new Set(units.flatMap(unit => unit.files))
    skipped.push(...passed.map(({ path, reason }) => ({ path, reason: aside(path, joined.has(path)) ?? reason })))
    return units
  },
  parse,
  dataDesigner: null,
})
