import type { DialectRow } from './dialect.ts'
import { messagesBehind } from './dialects/pretokenized.ts'
import type { Example } from './example.ts'
import type { Written } from './json-line.ts'

/** What the manifest says of a row: what is trained in it, where its messages are from, by which rules it was redacted, how its session went. */
export function manifestLine(
  { messages, trained }: DialectRow,
  example: Example,
  more: { dialect: string; redaction: string | null; signals: { [name: string]: Written } },
): { [key: string]: Written } {
  return {
    train: [...trained],
    trace_id: example.traceId,
    lineage: example.lineage,
    sources: messages.map(message => (message.joined === undefined ? message.source : [message.source, ...message.joined])),
    tools: example.tools.status,
    ...(example.pair === null ? {} : { evidence: example.pair.evidence }),
    ...(messages.some(message => message.elided > 0) ? { elided: messages.map(message => message.elided) } : {}),
    ...(Object.keys(more.signals).length === 0 ? {} : { outcome: more.signals }),
    ...(more.redaction === null ? {} : { redaction: more.redaction }),
    ...(more.dialect === 'pretokenized' ? { messages: messagesBehind([...messages]) } : {}),
  }
}
