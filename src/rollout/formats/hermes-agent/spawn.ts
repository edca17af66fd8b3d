import { isObject, type Json, parseJson } from '../../../json/json.ts'
import { callsOf } from './calls.ts'
import { type Entry, openingOf } from './entry.ts'
import { instantOf } from './time.ts'

/**
 * The call of the parent that started a delegate: the one whose answer names the child, else whose goal opens the child, else the
 * only one that was open when the child began. Null where none or several fit.
 */
export function spawnCallOf(parent: readonly Entry[], child: { id: string; startedAt: Json; entries: readonly Entry[] }): string | null {
  const candidates = parent.flatMap((entry): Candidate[] =>
    entry.record['role'] !== 'assistant'
      ? []
      : (callsOf(entry) ?? []).flatMap(({ id, name, args }) =>
          id === null || !name.includes('delegate')
            ? []
            : [{ id, goals: goalsOf(args), calledAt: instantOf(entry.record['timestamp']), ...answerTo(id, parent) }],
        ),
  )
  const first = child.entries.find(({ record }) => record['role'] === 'user')
  const task = first === undefined ? '' : openingOf(first.record)
  const startedAt = instantOf(child.startedAt)
  const tests: ((candidate: Candidate) => boolean)[] = [
    ({ answer }) => answer?.includes(child.id) ?? false,
    ({ goals }) => goals.some(goal => task.includes(goal)),
    ({ calledAt, answeredAt }) =>
      startedAt !== null && calledAt !== null && calledAt <= startedAt && (answeredAt === null || answeredAt >= startedAt),
  ]
  for (const test of tests) {
    const fitting = new Set(candidates.filter(test).map(({ id }) => id))
    if (fitting.size === 1) return [...fitting][0]!
  }
  return null
}

type Candidate = { id: string; goals: string[]; calledAt: number | null; answer: string | null; answeredAt: number | null }

function answerTo(id: string, parent: readonly Entry[]) {
  const record = parent.find(entry => entry.record['role'] === 'tool' && entry.record['tool_call_id'] === id)?.record
  return { answer: record === undefined ? null : openingOf(record), answeredAt: instantOf(record?.['timestamp']) }
}

function goalsOf(args: string): string[] {
  const value = parseJson(args)
  if (!isObject(value)) return []
  const tasks = Array.isArray(value['tasks']) ? value['tasks'].filter(isObject) : []
  return [value, ...tasks].flatMap(task => (typeof task['goal'] === 'string' && task['goal'] !== '' ? [task['goal']] : []))
}
