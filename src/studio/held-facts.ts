import type { Facts, ToolFacts } from '../dataset/facts.ts'
import { visibleLine } from '../visible.ts'

/**
 * Facts as they are held for many sessions: without responses, objects of one shape, and what sessions share, as the names of projects,
 * models and tools, once.
 */
export class HeldFacts {
  private readonly words = new Map<string, string>()
  private readonly visible = new Map<string, string>()
  private readonly tools = new Map<string, readonly ToolFacts[]>()
  private readonly models = new Map<string, readonly string[]>()

  /** What is held of a session. */
  hold(facts: Facts): Facts {
    return {
      trace_id: facts.trace_id,
      source_kind: this.word(facts.source_kind),
      project: this.word(facts.project),
      git_branch: this.word(facts.git_branch),
      started_at: facts.started_at,
      ended_at: facts.ended_at,
      models: this.modelsOf(facts.models),
      parent_trace_id: this.word(facts.parent_trace_id),
      root_session_id: facts.root_session_id === facts.trace_id ? facts.trace_id : this.word(facts.root_session_id),
      relation: this.word(facts.relation),
      spawn_tool_call_id: facts.spawn_tool_call_id,
      status: this.word(facts.status),
      message_count: Number(facts.message_count),
      repeated: Number(facts.repeated),
      prompts: Number(facts.prompts),
      tool_calls: Number(facts.tool_calls),
      errors: Number(facts.errors),
      corrections: Number(facts.corrections),
      tools: this.toolsOf(facts.tools),
      has_reasoning: facts.has_reasoning,
      has_images: facts.has_images,
      first_prompt: facts.first_prompt,
      final_message: facts.final_message,
      responses: NO_RESPONSES,
      rest: null,
    }
  }

  /** A word that is equal to one that is held is that one. */
  word<T extends string | null>(text: T): T {
    if (text === null) return text
    const known = this.words.get(text)
    if (known !== undefined) return known as T
    if (this.words.size < MAX_WORDS) this.words.set(text, text)
    return text
  }

  /** A name as it is shown, made once for all sessions. */
  shown(name: string): string {
    const known = this.visible.get(name)
    if (known !== undefined) return known
    const shown = visibleLine(name)
    if (this.visible.size < MAX_WORDS) this.visible.set(name, shown)
    return shown
  }

  private modelsOf(models: readonly string[]): string[] {
    return shared(this.models, JSON.stringify(models), () => models.map(model => this.word(model))) as string[]
  }

  private toolsOf(tools: readonly ToolFacts[]): ToolFacts[] {
    const key = JSON.stringify(tools.map(({ name, calls, failed }) => [name, Number(calls), Number(failed)]))
    return shared(this.tools, key, () =>
      tools.map(({ name, calls, failed }) => ({ name: this.word(name), calls: Number(calls), failed: Number(failed) })),
    ) as ToolFacts[]
  }
}

/** Words that few sessions do not share: each is held once. A hostile store has other ones in each; then they are held as they are. */
const MAX_WORDS = 100_000

const NO_RESPONSES: Facts['responses'] = []

function shared<T>(known: Map<string, readonly T[]>, key: string, make: () => readonly T[]): readonly T[] {
  const held = known.get(key)
  if (held !== undefined) return held
  const made = make()
  if (known.size < MAX_WORDS) known.set(key, made)
  return made
}
