import type { FunctionComponent } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Failed } from './parts.tsx'

/** A page whose script is loaded when it is opened first. */
export function later<P extends object>(load: () => Promise<FunctionComponent<P>>): FunctionComponent<P> {
  let Page: FunctionComponent<P> | null = null
  return function Later(props: P) {
    const [isThere, setThere] = useState(Page !== null)
    const [hasFailed, setFailed] = useState(false)
    useEffect(() => {
      // Another of its kind may have loaded it since this one was drawn.
      if (Page !== null) return setThere(true)
      load()
        .then(page => {
          Page = page
          setThere(true)
        })
        .catch(() => setFailed(true))
    }, [])
    if (hasFailed)
      return (
        <Failed
          error={{ message: 'The studio does not answer', hint: 'Look whether `tracewright studio` still runs, and load the page again' }}
        />
      )
    return isThere && Page !== null ? <Page {...props} /> : null
  }
}
