import type { SessionPage } from '../src/studio/api.ts'
import { go, hrefOf } from './route.ts'

/** So many paths stand beside each other; more are a list to choose from: what is read must not be pushed off the screen. */
const TABS = 5

/** This session and the paths that left it, or that it left: forks, branches, continuations. */
export function SessionPaths({ source, paths }: { source: string; paths: SessionPage['paths'] }) {
  if (paths.length === 0) return null
  const names = namesOf(paths)
  const addressOf = (id: string) => hrefOf(['sessions', source, id])
  if (paths.length > TABS)
    return (
      <label class="paths">
        Path, one of {paths.length}{' '}
        <select value={paths.find(({ current }) => current)?.trace_id} onChange={event => go(addressOf(event.currentTarget.value))}>
          {paths.map(({ trace_id, title }, i) => (
            <option key={trace_id} value={trace_id}>
              {names[i]}: {title.slice(0, TITLE)}
            </option>
          ))}
        </select>
      </label>
    )
  return (
    <nav class="tabs" aria-label="Paths of this session">
      {paths.map(({ trace_id, title, current }, i) => (
        <a key={trace_id} href={addressOf(trace_id)} aria-current={current ? 'true' : undefined} title={title}>
          {names[i]}
        </a>
      ))}
    </nav>
  )
}

const TITLE = 80

/** How each is kin; what several are has a number. */
function namesOf(paths: SessionPage['paths']): string[] {
  const counts = new Map<string, number>()
  const total = Map.groupBy(paths, ({ relation }) => relation)
  return paths.map(({ relation }) => {
    const n = (counts.get(relation) ?? 0) + 1
    counts.set(relation, n)
    return total.get(relation)!.length > 1 ? `${relation} ${n}` : relation
  })
}
