import { useEffect, useState } from 'preact/hooks'
import type { SaidLabel } from '../src/studio/api.ts'
import { ask } from './ask.ts'
import { useLabelsVersion } from './sources.tsx'

/** What stands of a session; asked for anew when anybody has said something. Null: of none. */
export function useSaid(source: string, session: string | null): [SaidLabel[], (labels: SaidLabel[]) => void] {
  const [said, setSaid] = useState<SaidLabel[]>([])
  const version = useLabelsVersion(source)
  useEffect(() => {
    if (session === null) return
    const controller = new AbortController()
    ask<SaidLabel[]>(`/${encodeURIComponent(source)}/labels?session=${encodeURIComponent(session)}`, { signal: controller.signal })
      .then(setSaid)
      .catch(() => {}) // what is shown then is what was known
    return () => controller.abort()
  }, [source, session, version])
  return [said, setSaid]
}

const BY = 'tracewright-by'

/** The name under which this browser labels; null: that of the user of the machine. `name`: from now on. */
export function rater(name?: string): string | null {
  if (name !== undefined) {
    if (name.trim() === '') localStorage.removeItem(BY)
    else localStorage.setItem(BY, name.trim())
  }
  return localStorage.getItem(BY)
}
