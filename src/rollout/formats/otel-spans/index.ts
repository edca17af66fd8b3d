import { defineFormat } from '../../format.ts'
import { discover } from './discover.ts'
import { example } from './example.ts'
import { parse } from './parse.ts'
import { sniff } from './sniff.ts'

/** Spans of OpenTelemetry that follow the conventions for generative AI: calls of models, tools and agents, as exporters write them to files. */
export const otelSpans = defineFormat({
  name: 'otel_spans',
  title: 'OpenTelemetry spans',
  version: 3,
  evidence: 'source',
  isGeneral: true,
  gives: {
    lineage: ['subagent'],
    usage: 'response',
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
