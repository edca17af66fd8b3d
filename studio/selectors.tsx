import { Field } from './field.tsx'
import { changed, go } from './route.ts'
import { shellWord } from './words.ts'

/** What chooses sessions in an address: the names are those of the command line. */
const NAMES = ['agent', 'project', 'model', 'since', 'until', 'failed', 'corrected', 'session'] as const
const OF_LISTS = ['status', 'label', 'tag', 'children', 'search', 'sort'] as const

/** The selectors of an address, without what is empty. `all`: with those that only lists know. */
export function selectorsOf(query: URLSearchParams, all = false): { [name: string]: string } {
  const names = all ? [...NAMES, ...OF_LISTS] : NAMES
  return Object.fromEntries(
    names.flatMap(name => {
      const value = query.get(name)
      return value === null || (value === '' && !isSwitch(name)) ? [] : [[name, value === '' ? 'true' : value]]
    }),
  )
}

/** The selectors as options of a command. */
export function asOptions(query: URLSearchParams): string {
  return Object.entries(selectorsOf(query, true))
    .filter(([name, value]) => value !== 'false' && (NAMES.some(known => known === name) || name === 'search'))
    .map(([name, value]) => (isSwitch(name) ? `--${name}` : `--${name} ${shellWord(value)}`))
    .join(' ')
}

function isSwitch(name: string): boolean {
  return name === 'failed' || name === 'corrected'
}

const SPANS = [
  ['', 'any time'],
  ['1d', 'last day'],
  ['7d', 'last week'],
  ['30d', 'last 30 days'],
  ['90d', 'last 90 days'],
] as const

/** Fields that choose sessions; what is chosen stands in the address. */
export function Filters({ query, children }: { query: URLSearchParams; children?: preact.ComponentChildren }) {
  const since = query.get('since') ?? ''
  return (
    <form class="filters" onSubmit={event => event.preventDefault()}>
      <Field query={query} name="project" label="Project" />
      <Field query={query} name="model" label="Model" />
      <label>
        When{' '}
        <select value={since} onChange={event => go(changed({ since: event.currentTarget.value || null, until: null }))}>
          {SPANS.map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
          {!SPANS.some(([value]) => value === since) && <option value={since}>since {since}</option>}
        </select>
      </label>
      <Switch query={query} name="failed" label="a tool failed" />
      <Switch query={query} name="corrected" label="and was corrected" />
      {children}
    </form>
  )
}

function Switch({ query, name, label }: { query: URLSearchParams; name: string; label: string }) {
  const isOn = query.has(name) && query.get(name) !== 'false'
  return (
    <label class="switch">
      <input type="checkbox" checked={isOn} onChange={() => go(changed({ [name]: isOn ? null : 'true' }))} /> {label}
    </label>
  )
}
