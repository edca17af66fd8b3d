import { useEffect, useRef, useState } from 'preact/hooks'
import type { Answer } from '../src/studio/api.ts'

/** What went wrong, and what to do. */
export type Trouble = { message: string; hint: string | null }

/** Ask the server. Throws what it says went wrong. */
export async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await fetch(`/api/sources${path}`, init).catch(() => null)
  if (response === null || init.signal?.aborted) throw trouble('The studio does not answer', 'Look whether `tracewright studio` still runs')
  const answer = (await response.json().catch(() => null)) as Answer<T> | null
  if (answer !== null && 'data' in answer) return answer.data
  throw answer === null ? trouble(`The studio answered with ${response.status}`, null) : trouble(answer.error.message, answer.error.hint)
}

/** Have the server write something. */
export function tell<T>(path: string, body: unknown): Promise<T> {
  const headers = { 'content-type': 'application/json', 'x-tracewright': '1' }
  return ask<T>(path, { method: 'POST', headers, body: JSON.stringify(body) })
}

function trouble(message: string, hint: string | null): Error & Trouble {
  return Object.assign(new Error(message), { hint })
}

/** What the server says to a question. While a new one is on its way the old answer stays. `version`: asked again when it changes. */
export function useAnswer<T>(path: string | null, version: unknown = null): { data: T | null; error: Trouble | null; isLate: boolean } {
  const [state, setState] = useState<{ path: string | null; data: T | null; error: Trouble | null }>({
    path: null,
    data: null,
    error: null,
  })
  const [isLate, setLate] = useState(false)
  const asked = useRef<string | null>(null)
  useEffect(() => {
    if (path === null) return
    const controller = new AbortController()
    const timer = setTimeout(() => setLate(true), LATE_MS)
    asked.current = path
    ask<T>(path, { signal: controller.signal })
      .then(data => setState({ path, data, error: null }))
      .catch((error: Trouble) => {
        if (!controller.signal.aborted) setState({ path, data: null, error })
      })
      .finally(() => {
        clearTimeout(timer)
        if (!controller.signal.aborted) setLate(false)
      })
    return () => {
      controller.abort()
      clearTimeout(timer)
    }
  }, [path, version])
  return { data: state.data, error: state.path === path ? state.error : null, isLate }
}

/** What comes sooner needs no word of waiting. */
const LATE_MS = 150
