import { useEffect, useState } from 'preact/hooks'
import { changed, go } from './route.ts'

/** A field whose words go into the address when the reader has stopped typing. */
export function Field({ query, name, label, wide }: { query: URLSearchParams; name: string; label: string; wide?: boolean }) {
  const given = query.get(name) ?? ''
  const [value, setValue] = useState(given)
  useEffect(() => setValue(given), [given])
  useEffect(() => {
    if (value === given) return
    const timer = setTimeout(() => go(changed({ [name]: value || null }), { replace: true }), 300)
    return () => clearTimeout(timer)
  }, [value])
  return (
    <label class={wide ? 'wide' : undefined}>
      {label}{' '}
      <input
        type="search"
        name={name}
        value={value}
        onInput={event => setValue(event.currentTarget.value)}
        autocomplete="off"
        spellcheck={false}
      />
    </label>
  )
}
