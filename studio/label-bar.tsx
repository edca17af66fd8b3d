import { useState } from 'preact/hooks'
import type { DeclaredName, LabelRequest, LabelSummary, SaidLabel } from '../src/studio/api.ts'
import { type Trouble, tell, useAnswer } from './ask.ts'
import { useKeys } from './keys.ts'
import { Choices } from './label-choices.tsx'
import { rater, useSaid } from './said.ts'
import { useLabelsVersion, useShelf } from './sources.tsx'

type Asked = 'tag' | 'note' | 'label'
type Props = {
  source: string
  sessions: readonly string[]
  message: number | null // null: of the sessions
  shows?: boolean // what stands of the first of them
  onSaid?: (request: LabelRequest) => void
  isDeaf?: boolean // keys are for somebody else
}

/** Accept, reject, tag, note, and names of one's own, by button and by key. What was said last can be taken back. */
export function Labeller({ source, sessions, message, shows = false, onSaid, isDeaf = false }: Props) {
  const { read_only } = useShelf()
  const [said, setSaid] = useSaid(source, shows ? (sessions[0] ?? null) : null)
  const labels = said.filter(label => label.message === message)
  // Known before anybody asks: keys come fast, and must mean what they say.
  const { data: declared } = useAnswer<DeclaredName[]>(
    read_only ? null : `/${encodeURIComponent(source)}/labels/names`,
    useLabelsVersion(source),
  )
  const [asksFor, setAsksFor] = useState<Asked | null>(null)
  const [last, setLast] = useState<LabelRequest | null>(null)
  const [state, setState] = useState<{ word: string; error: Trouble | null }>({ word: '', error: null })
  const send = (request: LabelRequest, word: string) => {
    setState({ word: '…', error: null })
    tell<SaidLabel[]>(`/${encodeURIComponent(source)}/labels`, { ...request, by: rater() })
      .then(standing => {
        setState({ word, error: null })
        setLast(request.undo ? null : request)
        setSaid(standing)
        onSaid?.(request)
      })
      .catch((error: Trouble) => setState({ word: '', error }))
  }
  const say = (name: string, value: string) => {
    if (sessions.length === 0 || read_only) return
    send(
      { sessions: [...sessions], message, labels: [{ name, value } as LabelRequest['labels'][number]] },
      name === 'verdict' ? `${value}ed` : `${name} added`,
    )
  }
  const sayOwn = (text: string) => {
    const [, name = '', value = ''] = /^\s*(\w+)\s*[= :]\s*(.+)$/.exec(text) ?? []
    if (name === '') setState({ word: '', error: { message: 'Write name=value, such as quality=4', hint: null } })
    else say(name, value)
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
          { key: 'l', what: 'label of a name of your own', run: () => setAsksFor('label') },
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
      <button type="button" onClick={() => setAsksFor('label')}>
        Label <kbd>l</kbd>
      </button>
      {last !== null && (
        <button type="button" onClick={undo}>
          Undo <kbd>z</kbd>
        </button>
      )}
      {asksFor !== null && (
        <Words
          key={asksFor}
          source={source}
          asksFor={asksFor}
          declared={declared ?? []}
          said={labels}
          onChoose={(name, value) => {
            say(name, value)
            setAsksFor(null)
          }}
          onSay={value => (asksFor === 'label' ? sayOwn(value) : say(asksFor, value))}
          onClose={() => setAsksFor(null)}
        />
      )}
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
            {label.name === 'note' ? `“${label.value}”` : label.name === 'tag' ? label.value : `${label.name} = ${label.value}`} ×
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

const NAMES: { readonly [asked in Asked]: string } = { tag: 'Tag', note: 'Note', label: 'Label as name=value' }

type WordsProps = {
  source: string
  asksFor: Asked
  declared: readonly DeclaredName[]
  said: readonly SaidLabel[]
  onChoose: (name: string, value: string) => void
  onSay: (value: string) => void
  onClose: () => void
}

/** Asks for words; where the store declares what may be said, it is chosen. */
function Words({ source, asksFor, declared: all, said, onChoose, onSay, onClose }: WordsProps) {
  const declared = all.filter(({ name }) => (name === 'tag') === (asksFor === 'tag'))
  const [value, setValue] = useState('')
  const { data } = useAnswer<LabelSummary>(
    asksFor === 'note' || declared.length > 0 ? null : `/${encodeURIComponent(source)}/labels/summary`,
  )
  const known = (data?.names ?? []).flatMap(({ name, values }) =>
    asksFor === 'tag'
      ? name === 'tag'
        ? values.map(({ value }) => value)
        : []
      : ['tag', 'note', 'verdict'].includes(name)
        ? []
        : values.map(({ value }) => `${name}=${value}`),
  )
  const save = () => {
    if (value.trim() !== '') onSay(value.trim())
    onClose()
  }
  if (asksFor !== 'note' && declared.length > 0) return <Choices names={declared} said={said} onSay={onChoose} onClose={onClose} />
  return (
    <span class="words">
      <input
        ref={field => field?.focus()}
        aria-label={NAMES[asksFor]}
        placeholder={asksFor === 'label' ? 'quality=4' : undefined}
        list="said-before"
        value={value}
        onInput={event => setValue(event.currentTarget.value)}
        onKeyDown={event => {
          if (event.key === 'Enter') save()
          else if (event.key === 'Escape') onClose()
        }}
      />
      <datalist id="said-before">
        {known.map(word => (
          <option key={word} value={word} />
        ))}
      </datalist>
      <button type="button" onClick={save}>
        Save
      </button>
    </span>
  )
}
