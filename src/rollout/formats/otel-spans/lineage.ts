import { stringOrNull } from '../../../json/json.ts'
import type { Span } from './entry.ts'

/** The calls that one agent made of its models and tools, and what it was started by. */
export type Chain = {
  id: string
  /** Of the conversation; the trace's where none is named. */
  session: string
  parent: Chain | null
  spawnCallId: string | null
  /** The agent's own span; null where its calls stand below none. */
  agent: Span | null
  calls: Span[]
  tools: Span[]
}

/** What a span is about: a model's call, a tool's, an agent's run, or nothing of a conversation. */
export function kindOf({ attributes, name }: Span): 'model' | 'tool' | 'agent' | null {
  const operation = stringOrNull(attributes['gen_ai.operation.name']) ?? /^[a-z_]+/.exec(name)?.[0] ?? ''
  if (operation === 'execute_tool') return 'tool'
  if (operation === 'invoke_agent') return 'agent'
  if (['chat', 'text_completion', 'generate_content', 'completion'].includes(operation)) return 'model'
  // Exporters of before the conventions name no operation, and the model alone.
  return stringOrNull(attributes['gen_ai.request.model']) !== null && operation !== 'embeddings' ? 'model' : null
}

/** Spans by the agent that made them. An agent that no other started goes on where its conversation is taken up again. */
export function chainsOf(spans: readonly Span[]): Chain[] {
  const byId = new Map(spans.map(span => [keyOf(span, span.id), span]))
  const chains = new Map<string, Chain>()
  const known = new Map<string, Chain>() // by the key of a span
  /** The chain that a span's parents belong to; they are walked once. */
  const chainOf = (span: Span): Chain => {
    const path: Span[] = []
    const seen = new Set<string>()
    let at: Span | undefined = span
    for (; at !== undefined && !known.has(keyOf(at, at.id)) && !seen.has(at.id); at = parentOf(byId, at)) {
      path.push(at)
      seen.add(at.id)
    }
    let above = at === undefined ? null : (known.get(keyOf(at, at.id)) ?? null)
    let call: string | null = null
    for (const one of path.reverse()) {
      const kind = kindOf(one)
      if (kind === 'tool') call = stringOrNull(one.attributes['gen_ai.tool.call.id'])
      if (kind === 'agent' && above?.agent) above = begin(chains, `${above.session}#${one.id}`, above.session, above, call, one)
      else if (kind === 'agent' || above === null) {
        const session = stringOrNull(one.attributes['gen_ai.conversation.id']) ?? one.traceId
        above = begin(chains, session, session, null, null, kind === 'agent' ? one : null)
      }
      known.set(keyOf(one, one.id), above)
    }
    return above!
  }
  for (const span of spans) {
    const kind = kindOf(span)
    if (kind === null) continue
    const chain = chainOf(span)
    if (kind === 'model') chain.calls.push(span)
    if (kind === 'tool') chain.tools.push(span)
  }
  const asking = [...chains.values()].filter(({ calls }) => calls.length > 0)
  for (const chain of asking) nameParent(chain)
  return asking
}

/** An agent that asked no model itself has no row: what it started belongs to the agent above it. */
function nameParent(chain: Chain): void {
  while (chain.parent !== null && chain.parent.calls.length === 0) {
    chain.spawnCallId = null
    chain.parent = chain.parent.parent
  }
}

function begin(
  chains: Map<string, Chain>,
  id: string,
  session: string,
  parent: Chain | null,
  spawnCallId: string | null,
  agent: Span | null,
): Chain {
  const known = chains.get(id)
  if (known !== undefined) {
    known.agent ??= agent
    return known
  }
  const chain: Chain = { id, session, parent, spawnCallId, agent, calls: [], tools: [] }
  chains.set(id, chain)
  return chain
}

function parentOf(byId: ReadonlyMap<string, Span>, span: Span): Span | undefined {
  return span.parentId === null ? undefined : byId.get(keyOf(span, span.parentId))
}

function keyOf({ traceId }: Span, id: string): string {
  return `${traceId} ${id}`
}
