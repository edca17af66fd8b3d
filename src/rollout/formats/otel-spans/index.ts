import { defineFormat } from '../../format.ts'
import { onePerFile } from '../../log/one-per-file.ts'
import { example } from './example.ts'
import { parse } from './parse.ts'
import { looksLikeSpans } from './sniff.ts'

/** Spans of OpenTelemetry that follow the conventions for generative AI: calls of models, tools and agents, as exporters write them to files. */
export const otelSpans = defineFormat({
  name: 'otel_spans',
  title: 'OpenTelemetry spans',
  version: 1,
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
  sniff: (_path, head) => looksLikeSpans(head),
  discover: (source, files, skipped) =>
    onePerFile(source, files, skipped, { is: (_path, head) => looksLikeSpans(head), title: 'OpenTelemetry' }),
  parse,
  dataDesigner: null,
})
