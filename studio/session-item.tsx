import type { ChildCard, PageItem, ResultCard } from '../src/studio/api.ts'
import { Markdown } from './markdown.tsx'
import { Marked } from './marked.tsx'
import { sessionPath } from './session-data.ts'
import type { TranscriptRow } from './session-rows.ts'
import { Pictures, Text } from './text.tsx'
import { clock, counted } from './words.ts'

type Props = {
  source: string
  row: TranscriptRow
  isOpen: boolean
  isFound: boolean // words that are looked for are in it
  onToggle: () => void
  onOpen: (id: string) => void
  linkOf: (message: number) => string
}

/** A row of a session. */
export function TranscriptItem(props: Props) {
  const { row, onOpen, onToggle } = props
  if (row.type === 'child') return <Child row={row} source={props.source} onOpen={onOpen} />
  if (row.type === 'replays')
    return (
      <button type="button" class="replays dim" onClick={onToggle}>
        {counted(new Set(row.items.map(({ message }) => message)).size, 'message')} that another session has said
      </button>
    )
  return <Item {...props} item={row.item} />
}

function Item({ source, row, item, isOpen, isFound, onToggle, linkOf }: Props & { item: PageItem }) {
  const path = sessionPath(source, row.owner)
  const part = (name: string) => `${path}/part/${item.index}/${name}`
  const picture = `${path}/picture/${item.index}`
  const foot = <Foot item={item} href={row.depth === 0 ? linkOf(item.message) : null} />
  switch (item.kind) {
    case 'boundary':
      return (
        <p class="boundary">
          <span>{item.boundary}</span>
        </p>
      )
    case 'prompt':
      return (
        <article class="prompt">
          <Who name="person">{foot}</Who>
          <Text clip={item.text} path={part('text')} class="said" isFound={isFound} />
          <Pictures pictures={item.pictures} path={picture} />
        </article>
      )
    case 'answer':
      return (
        <article class="answer">
          <Who name="model">{foot}</Who>
          <Text clip={item.text} path={part('text')} isFound={isFound}>
            <div class="markdown">
              <Markdown tree={item.tree} />
            </div>
          </Text>
          <Pictures pictures={item.pictures} path={picture} />
        </article>
      )
    case 'reasoning':
    case 'note': {
      const name = item.kind !== 'note' ? 'thinks' : item.label === item.whose ? item.label : `${item.label} · ${item.whose}`
      return (
        <article class={item.kind}>
          <Fold isOpen={isOpen} onToggle={onToggle} name={name} brief={item.text.text.split('\n', 1)[0]!}>
            {foot}
          </Fold>
          {isOpen && (
            <>
              <Text clip={item.text} path={part('text')} isFound={isFound} />
              <Pictures pictures={item.pictures} path={picture} />
            </>
          )}
        </article>
      )
    }
    case 'result':
      return (
        <article class={item.result.failed ? 'call failed' : 'call'}>
          <Fold isOpen={isOpen} onToggle={onToggle} name={item.name} brief="" outcome={item.result.failed ? '◆ failed' : ''}>
            {foot}
          </Fold>
          {isOpen && <Result result={item.result} path={part('result')} picture={picture} isFound={isFound} />}
        </article>
      )
    case 'call':
      return <Call item={item} isOpen={isOpen} isFound={isFound} onToggle={onToggle} part={part} picture={picture} foot={foot} />
    case 'child':
      return null // has a row of its own
  }
}

type CallProps = {
  item: Extract<PageItem, { kind: 'call' }>
  isOpen: boolean
  isFound: boolean
  onToggle: () => void
  part: (name: string) => string
  picture: string
  foot: preact.ComponentChildren
}

function Call({ item, isOpen, isFound, onToggle, part, picture, foot }: CallProps) {
  const failed = item.result?.failed === true
  return (
    <article class={failed ? 'call failed' : 'call'}>
      <Fold isOpen={isOpen} onToggle={onToggle} name={item.name} brief={item.brief} outcome={failed ? '◆ failed' : item.outcome}>
        {foot}
      </Fold>
      {isOpen ? (
        <>
          {item.arguments !== null && <Text clip={item.arguments} path={part('arguments')} isFound={isFound} />}
          {item.diffs.map((diff, i) => (
            <figure key={i} class="diff">
              {diff.path !== null && <figcaption>{diff.path}</figcaption>}
              <pre>
                {diff.lines.map(({ kind, text }, n) => (
                  <span key={n} class={kind}>
                    <span class="sign">{SIGNS[kind]}</span>
                    <Marked text={text} />
                    {'\n'}
                  </span>
                ))}
              </pre>
              {diff.left_out > 0 && <p class="dim">{counted(diff.left_out, 'more line')}</p>}
            </figure>
          ))}
          {item.result === null ? (
            <p class="dim">The log has no result of this call.</p>
          ) : (
            <Result result={item.result} path={part('result')} picture={picture} isFound={isFound} />
          )}
        </>
      ) : (
        <Pictures pictures={item.result?.pictures ?? []} path={picture} />
      )}
    </article>
  )
}

const SIGNS = { added: '+', removed: '−', same: ' ', cut: ' ' } as const

function Result({ result, path, picture, isFound }: { result: ResultCard; path: string; picture: string; isFound: boolean }) {
  return (
    <>
      <Text clip={result.text} path={path} class={result.failed ? 'result bad' : 'result'} isFound={isFound} />
      <Pictures pictures={result.pictures} path={picture} />
    </>
  )
}

function Who({ name, children }: { name: string; children: preact.ComponentChildren }) {
  return (
    <p class="who">
      <b>{name}</b> {children}
    </p>
  )
}

type FoldProps = {
  isOpen: boolean
  onToggle: () => void
  name: string
  brief: string
  outcome?: string
  children: preact.ComponentChildren
}

function Fold({ isOpen, onToggle, name, brief, outcome, children }: FoldProps) {
  return (
    <p class="fold">
      <button type="button" aria-expanded={isOpen} onClick={onToggle}>
        <b>{name}</b>{' '}
        <span class="brief">
          <Marked text={brief} />
        </span>
        {outcome !== undefined && outcome !== '' && <span class="outcome">{outcome}</span>}
      </button>
      {children}
    </p>
  )
}

const OF_MODELS: ReadonlySet<string> = new Set(['answer', 'reasoning', 'call'])

/** Which message it is, when, whether it is trained on. */
function Foot({ item, href }: { item: PageItem; href: string | null }) {
  const time = clock(item.at)
  return (
    <span class="foot" title={item.place ?? undefined}>
      {href === null ? `#${item.message}` : <a href={href}>#{item.message}</a>}
      {time !== null && <time dateTime={item.at!}> {time}</time>}
      {!item.trained && OF_MODELS.has(item.kind) && <span> not trained on</span>}
    </span>
  )
}

function Child({ row, source, onOpen }: { row: Extract<TranscriptRow, { type: 'child' }>; source: string; onOpen: (id: string) => void }) {
  const { card, isOpen, isLoading } = row
  return (
    <article class="child">
      <p class="fold">
        <button type="button" aria-expanded={isOpen} onClick={() => onOpen(card.trace_id)}>
          <b>{card.relation === 'subagent' ? 'sub-agent' : card.relation}</b> <span class="brief">{card.title}</span>
          <span class="outcome">
            {counted(card.messages, 'message')}
            {card.failures > 0 && ` · ◆ ${counted(card.failures, 'failure')}`}
          </span>
        </button>
        <a href={addressOf(source, card)}>alone</a>
      </p>
      {isLoading && <p class="dim">Reading …</p>}
      {!isOpen && card.answer !== null && <p class="closing">{card.answer}</p>}
    </article>
  )
}

function addressOf(source: string, { trace_id }: ChildCard): string {
  return `/sessions/${encodeURIComponent(source)}/${encodeURIComponent(trace_id)}`
}
