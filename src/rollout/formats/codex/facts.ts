import { type JsonObject, stringOrNull } from '../../../json/json.ts'
import type { SessionFacts } from '../../conversation/assemble.ts'
import { textOf } from '../../conversation/blocks.ts'
import type { RolloutOutcome } from '../../conversation/row.ts'
import { bounds } from '../../conversation/timestamps.ts'
import { toBlocks } from './content.ts'
import type { Entry } from './entry.ts'
import type { SessionMeta } from './meta.ts'
import { outcomeOf } from './outcome.ts'
import type { Voices } from './voices/voices.ts'

/** What a thread's own records say of it as a whole. */
export type ThreadFacts = Pick<SessionFacts, 'cwd' | 'git_branch' | 'timestamps'> & { outcome: RolloutOutcome; described: JsonObject }

/** Gather a thread's facts from the records that are its own. */
export function gatherFacts(own: readonly Entry[], meta: SessionMeta, voices: Pick<Voices, 'isRequest'>, isTorn: boolean): ThreadFacts {
  const contexts: JsonObject[] = []
  const counts = { metas: 0, compactions: 0, rollbacks: 0 }
  for (const { kind, type, payload } of own) {
    if (kind === 'context') contexts.push(payload)
    else if (kind === 'meta' && payload['id'] === meta.id) counts.metas++
    else if (kind === 'compacted') counts.compactions++
    else if (type === 'thread_rolled_back') counts.rollbacks++
  }
  const { first, last } = bounds(own.map(({ timestamp }) => timestamp))
  const cwds = distinct([meta.cwd, ...contexts.map(context => stringOrNull(context['cwd']))])
  return {
    cwd: cwds[0] ?? cwdInText(own),
    git_branch: meta.git.branch,
    timestamps: [first, last, meta.timestamp].filter(time => time !== null),
    outcome: outcomeOf(own, voices, isTorn),
    described: {
      ...meta.described,
      ...(Object.values(meta.git).some(value => value !== null) ? { git: meta.git } : {}),
      ...some('efforts', distinct(contexts.map(context => stringOrNull(context['effort'])))),
      ...some('approval_policies', distinct(contexts.map(context => stringOrNull(context['approval_policy'])))),
      ...some('cwds', cwds.length > 1 ? cwds : []),
      ...count('resumed', counts.metas - 1),
      ...count('compactions', counts.compactions),
      ...count('rollbacks', counts.rollbacks),
      ...titleIn(own),
      ...some(
        'warnings',
        own.flatMap(({ type, payload }) => (type === 'warning' ? (stringOrNull(payload['message']) ?? []) : [])),
      ),
      ...todoIn(own),
    },
  }
}

/** The first generations name the folder only in a text for the model. */
function cwdInText(own: readonly Entry[]): string | null {
  for (const entry of own) {
    if (entry.type !== 'message' || entry.payload['role'] !== 'user') continue
    const text = textOf(toBlocks(entry.payload['content']))
    if (!text.includes('<environment_context>')) continue
    const found = /^<environment_context>[\s\S]*?(?:<cwd>(.*?)<\/cwd>|Current working directory: (.*))/m.exec(text)
    if (found !== null) return found[1] ?? found[2] ?? null
  }
  return null
}

function titleIn(own: readonly Entry[]): JsonObject {
  const named = own.findLast(entry => entry.type === 'thread_name_updated')
  const title = stringOrNull(named?.payload['thread_name'])
  return title === null ? {} : { title }
}

/** The agent's list of what is to be done, as it stood last. */
function todoIn(own: readonly Entry[]): JsonObject {
  const items = own.findLast(entry => entry.type === 'plan_update' && Array.isArray(entry.payload['items']))?.payload['items']
  return items === undefined ? {} : { todo: items }
}

function distinct(values: readonly (string | null)[]): string[] {
  return [...new Set(values.filter(value => value !== null))]
}

function some(key: string, values: string[]): JsonObject {
  return values.length > 0 ? { [key]: values } : {}
}

function count(key: string, n: number): JsonObject {
  return n > 0 ? { [key]: n } : {}
}
