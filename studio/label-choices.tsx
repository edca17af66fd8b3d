import { useLayoutEffect, useRef } from 'preact/hooks'
import type { DeclaredName } from '../src/studio/api.ts'

/** Keys of the choices, in their order; what comes behind them has none. */
const KEYS = '123456789abcdefghijklmnopqrstuvwxyz'

type Props = {
  names: readonly DeclaredName[]
  said: readonly { name: string; value: string }[] // what stands
  onSay: (name: string, value: string) => void
  onClose: () => void
}

/** The values that a store declares, each a button and a key. As long as they are open the keys are theirs. */
export function Choices({ names, said, onSay, onClose }: Props) {
  const group = useRef<HTMLFieldSetElement>(null)
  // Before the page is painted: a key that comes right after must not be lost.
  useLayoutEffect(() => group.current?.focus(), [])
  const all = names.flatMap(({ name, values }) => values.map(value => ({ name, value })))
  const onKey = (event: KeyboardEvent) => {
    if (event.altKey || event.metaKey || event.ctrlKey) return
    const chosen = event.key.length === 1 ? all[KEYS.indexOf(event.key.toLowerCase())] : undefined
    if (event.key === 'Escape') onClose()
    else if (chosen !== undefined) onSay(chosen.name, chosen.value)
    else if (event.key.length > 1 || event.key === ' ') return // Tab, Enter and arrows are the browser's
    event.preventDefault()
  }
  let at = 0
  return (
    <fieldset ref={group} class="choices" tabIndex={-1} aria-label="Labels to choose from" onKeyDown={onKey}>
      {names.map(({ name, values }) => (
        <span key={name} class="choice">
          <b>{name}</b>
          {values.map(value => {
            const key = KEYS[at++]
            return (
              <button
                type="button"
                key={value}
                aria-pressed={said.some(label => label.name === name && label.value === value)}
                onClick={() => onSay(name, value)}
              >
                {value} {key !== undefined && <kbd>{key}</kbd>}
              </button>
            )
          })}
        </span>
      ))}
      <button type="button" onClick={onClose}>
        Close <kbd>Esc</kbd>
      </button>
    </fieldset>
  )
}
