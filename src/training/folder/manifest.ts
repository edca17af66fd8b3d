import type { Example } from '../conversation/example.ts'
import type { Written } from '../conversation/json-line.ts'
import type { DialectRow } from '../dialect.ts'
import { messagesBehind } from '../dialects/pretokenized.ts'
import type { Signals } from '../outcome/signals.ts'

/** What the manifest says of a row: what is trained in it, where its messages are from, by which rules it was redacted, how its session went. */
export function manifestLine(
  { messages, trained, pieces }: DialectRow,
  example: Example,
  more: { dialect: string; redaction: string | null; signals: Signals },
): { [key: string]: Written } {
  const outcome = Object.entries(more.signals).filter(([, signal]) => signal !== null)
  return {
    train: [...trained],
    trace_id: example.traceId,
    lineage: example.lineage,
    sources: messages.map(message => (message.joined === undefined ? message.source : [message.source, ...message.joined])),
    tools: example.tools.status,
    ...(example.tools.sources === null ? {} : { tools_source: { ...example.tools.sources } }),
    ...(example.pair === null ? {} : { evidence: example.pair.evidence }),
    ...(messages.some(message => message.elided > 0) ? { elided: messages.map(message => message.elided) } : {}),
    ...(outcome.length === 0 ? {} : { outcome: Object.fromEntries(outcome) as { [name: string]: Written } }),
    ...(more.redaction === null ? {} : { redaction: more.redaction }),
    ...(more.dialect === 'pretokenized' ? { messages: messagesBehind([...messages]) } : {}),
    ...(pieces === undefined ? {} : { pieces: pieces.map(piece => ({ ...piece })) }),
  }
}
