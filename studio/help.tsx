import { useEffect, useRef, useState } from 'preact/hooks'
import { keysNow, singleKeys } from './keys.ts'

/** The keys that do something on this page. */
export function HelpDialog({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [isOn, setOn] = useState(singleKeys)
  const [keys] = useState(keysNow)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="keys-title">
      <h2 id="keys-title">Keys</h2>
      <label>
        <input type="checkbox" checked={isOn} onChange={() => setOn(singleKeys(!isOn))} /> Single letters do things
      </label>
      <dl class="keys">
        {keys.map(({ key, what }) => (
          <div key={key}>
            <dt>
              <kbd>{key === ' ' ? 'Space' : key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <button type="button" onClick={() => dialog.current?.close()}>
        Close
      </button>
    </dialog>
  )
}
