import { useState } from 'preact/hooks'
import type { LabelRequest, SaidLabel } from '../src/studio/api.ts'
import { type Trouble, tell } from './ask.ts'
import { useKeys } from './keys.ts'
import { useShelf } from './sources.tsx'

type Name = 'verdict' | 'tag' | 'note'
type Props = {
  source: string
  sessions: readonly string[]
  message: number | null // null: of the sessions
  labels: readonly SaidLabel[] // that stand, of these
  onSaid?: (request: LabelRequest) => void
  isDeaf?: boolean // keys are for somebody else
}

/** Accept, reject, tag and note, by button and by key. What was said last can be taken back. */
export function Labeller({ source, sessions, message, labels, onSaid, isDeaf = false }: Props) {
  const { read_only } = useShelf()
  const [asksFor, setAsksFor] = useState<'tag' | 'note' | null>(null)
  const [last, setLast] = useState<LabelRequest | null>(null)
  const [state, setState] = useState<{ word: string; error: Trouble | null }>({ word: '', error: null })
  const send = (request: LabelRequest, word: string) => {
    setState({ word: '…', error: null })
    tell<SaidLabel[]>(`/${encodeURIComponent(source)}/labels`, request)
      .then(() => {
        setState({ word, error: null })
        setLast(request.undo ? null : request)
        onSaid?.(request)
      })
      .catch((error: Trouble) => setState({ word: '', error }))
  }
  const say = (name: Name, value: string) => {
    if (sessions.length === 0 || read_only) return
    send(
      { sessions: [...sessions], message, labels: [{ name, value } as LabelRequest['labels'][number]] },
      name === 'verdict' ? `${value}ed` : `${name} added`,
    )
  }
  const undo = () => last !== null && send({ ...last, undo: true }, 'taken back')
  useKeys(
    isDeaf
      ? []
      : [
          { key: 'a', what: 'accept', run: () => say('verdict', 'accept') },
          { key: 'x', what: 'reject', run: () => say('verdict', 'reject') },
          { key: 't', what: 'tag', run: () => setAsksFor('tag') },
          { key: 'n', what: 'note', run: () => setAsksFor('note') },
          { key: 'z', what: 'take back what was said last', run: undo },
        ],
  )
  if (read_only) return null
  const verdict = labels.findLast(({ name }) => name === 'verdict')?.value
  return (
    <span class="labeller">
      <button type="button" aria-pressed={verdict === 'accept'} onClick={() => say('verdict', 'accept')}>
        Accept <kbd>a</kbd>
      </button>
      <button type="button" aria-pressed={verdict === 'reject'} onClick={() => say('verdict', 'reject')}>
        Reject <kbd>x</kbd>
      </button>
      <button type="button" onClick={() => setAsksFor('tag')}>
        Tag <kbd>t</kbd>
      </button>
      <button type="button" onClick={() => setAsksFor('note')}>
        Note <kbd>n</kbd>
      </button>
      {last !== null && (
        <button type="button" onClick={undo}>
          Undo <kbd>z</kbd>
        </button>
      )}
      {asksFor !== null && <Words key={asksFor} name={asksFor} onSay={value => say(asksFor, value)} onClose={() => setAsksFor(null)} />}
      {labels
        .filter(({ name }) => name !== 'verdict')
        .map(label => (
          <button
            type="button"
            key={`${label.name} ${label.value}`}
            class="tag"
            title={`${label.by}, ${label.at}: press to take back`}
            onClick={() =>
              send(
                {
                  sessions: [...sessions],
                  message,
                  labels: [{ name: label.name, value: label.value } as LabelRequest['labels'][number]],
                  undo: true,
                },
                'taken back',
              )
            }
          >
            {label.name === 'note' ? `“${label.value}”` : label.value} ×
          </button>
        ))}
      <span role="status" class="dim">
        {state.word}
      </span>
      {state.error !== null && (
        <span role="alert" class="bad">
          {state.error.message}
        </span>
      )}
    </span>
  )
}

function Words({ name, onSay, onClose }: { name: 'tag' | 'note'; onSay: (value: string) => void; onClose: () => void }) {
  const [value, setValue] = useState('')
  const save = () => {
    if (value.trim() !== '') onSay(value.trim())
    onClose()
  }
  return (
    <span class="words">
      <input
        ref={field => field?.focus()}
        aria-label={name === 'tag' ? 'Tag' : 'Note'}
        value={value}
        onInput={event => setValue(event.currentTarget.value)}
        onKeyDown={event => {
          if (event.key === 'Enter') save()
          else if (event.key === 'Escape') onClose()
        }}
      />
      <button type="button" onClick={save}>
        Save
      </button>
    </span>
  )
}
