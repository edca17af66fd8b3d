import { isObject } from '../json/json.ts'
import type { SessionView, ViewItem } from './session-items.ts'
import { diffSize } from './tool-diff.ts'

/* Words about a session that all its forms share: text, Markdown and HTML. */

/** What is told of a session before it begins, as names and values. */
export function headingOf(view: SessionView): [name: string, value: string][] {
  const { usage } = view
  const tokens =
    usage === null
      ? null
      : `${amount(usage['input_tokens'])} in, ${amount(usage['cached_input_tokens'])} of them cached, ${amount(usage['output_tokens'])} out`
  const facts: [string, string | null][] = [
    ['agent', [view.agent, ...view.models].filter(part => part !== null).join(' · ')],
    ['project', [view.project, view.git_branch].filter(part => part !== null).join(' · ')],
    ['time', [view.started_at, view.ended_at].filter(part => part !== null).join(' – ')],
    ['status', view.status],
    ['holds', `${counted(view.prompts, 'prompt')}, ${counted(view.calls, 'call')}, ${counted(view.failures, 'failure')}`],
    ['tokens', tokens],
    ['parent', view.parent_trace_id === null ? null : `${view.relation ?? 'child'} of ${view.parent_trace_id}`],
    ['log', view.source_path],
  ]
  return facts.filter((fact): fact is [string, string] => fact[1] !== null && fact[1] !== '')
}

/** What a session is called: how its first prompt begins. */
export function titleOf(view: SessionView): string {
  const line = (view.prompt ?? '').trim().split('\n', 1)[0]!
  return line === '' ? view.trace_id : line.length > 100 ? `${line.slice(0, 99)}…` : line
}

/** What became of a call, in a word or two. */
export function outcomeOf({ result, diffs }: Extract<ViewItem, { kind: 'call' }>): string {
  if (result === null) return 'no result'
  if (result.failed) return 'failed'
  const { added, removed } = diffSize(diffs)
  if (added + removed > 0) return `+${added} −${removed}`
  const lines = result.text.trim() === '' ? 0 : result.text.trimEnd().split('\n').length
  return (
    [...(lines > 0 ? [counted(lines, 'line')] : []), ...(result.images.length > 0 ? [counted(result.images.length, 'image')] : [])].join(
      ', ',
    ) || 'done'
  )
}

/** Who says an item, for people. */
export function speakerOf(item: ViewItem, model: string | null): string {
  if (item.kind === 'prompt') return 'person'
  if (item.kind === 'note') return item.label === item.whose ? item.label : `${item.label} · ${item.whose}`
  return model ?? 'model'
}

/** How a session that left another is called. */
export function relationOf({ relation }: SessionView): string {
  return relation === 'subagent' ? 'sub-agent' : (relation ?? 'session')
}

/** A time of a log as a clock shows it where this machine is; null where it is none. */
export function clockOf(at: string | null): string | null {
  const date = new Date(at ?? Number.NaN)
  return Number.isNaN(date.getTime()) ? null : date.toTimeString().slice(0, 8)
}

/** Runs of items that another session has said, each as one, and the others alone. */
export function groupReplays(items: readonly ViewItem[]): (ViewItem | { replayed: ViewItem[] })[] {
  const groups: (ViewItem | { replayed: ViewItem[] })[] = []
  for (const item of items) {
    const last = groups.at(-1)
    if (!item.replay) groups.push(item)
    else if (last !== undefined && 'replayed' in last) last.replayed.push(item)
    else groups.push({ replayed: [item] })
  }
  return groups
}

/** Arguments of a call that its line does not show, as text; null where it shows all. */
export function argumentsText(
  { arguments: args, brief }: Extract<ViewItem, { kind: 'call' }>,
  asText: (value: unknown) => string,
): string | null {
  if (!isObject(args)) return args === null || args === brief ? null : String(args)
  const entries = Object.entries(args)
  if (entries.length === 0 || (entries.length === 1 && entries[0]![1] === brief)) return null
  return entries.map(([key, value]) => `${key}: ${typeof value === 'string' ? value : asText(value)}`).join('\n')
}

function amount(value: unknown): string {
  return typeof value === 'number' ? value.toLocaleString('en-US') : '?'
}

function counted(n: number, noun: string): string {
  return `${n.toLocaleString('en-US')} ${n === 1 ? noun : `${noun}s`}`
}
