import { findReferences } from './references.ts'
import { childrenOf, type Node, type TemplateNode } from './syntax/nodes.ts'
import { dictEntries, dictGet, isDict } from './values/dict.ts'

/** What to tell when a template gave nothing: which of the fields it reads are missing or empty in this row. */
export function emptyRenderMessage(root: TemplateNode, record: Readonly<Record<string, unknown>>): string {
  const free = new Set(findReferences(root).names)
  const chains = new Map<string, Chain>()
  collect(root, chain => free.has(chain.name) && chains.set(written(chain.name, chain.steps), chain))
  const culprits = [...chains.values()].flatMap(chain => classify(record, chain))
  const first = culprits[0]
  if (first === undefined) {
    return `${HEADER}\n\nTo handle missing values, provide a fallback in your template using a Jinja conditional, e.g. \`{{ field if field else 'N/A' }}\`, or gate generation with a SkipConfig.`
  }
  const lines = culprits.map(({ name, steps, reason }) => `  - ${written(name, steps)} (${reason})`)
  const whole = written(first.name, first.steps)
  const gate = written(first.name, Object.hasOwn(record, first.name) ? first.steps.slice(0, first.resolved + 1) : [])
  return [
    HEADER,
    '',
    'Likely culprits in this row:',
    ...lines,
    '',
    'To handle missing values, you can:',
    '',
    '  1. Provide a fallback in your template using a Jinja conditional:',
    `       {{ ${whole} if ${gate} else 'N/A' }}`,
    '',
    '  2. Skip rows where required fields are missing using SkipConfig:',
    `       skip=SkipConfig(when="{{ not ${gate} }}")`,
  ].join('\n')
}

type Step = string | number
type Chain = { name: string; steps: Step[] }
type Culprit = Chain & { reason: string; resolved: number }

const HEADER =
  'Template rendered to empty text. This usually happens when one or more referenced fields are missing, None, or empty in this row.'

function collect(node: Node, found: (chain: Chain) => void): void {
  const chain = chainOf(node)
  if (chain !== null) found(chain)
  else for (const child of childrenOf(node)) collect(child, found)
}

function chainOf(node: Node): Chain | null {
  const steps: Step[] = []
  while (node.kind === 'Getattr' || node.kind === 'Getitem') {
    if (node.kind === 'Getattr') steps.unshift(node.attribute)
    else if (node.argument.kind === 'Const' && ['string', 'number'].includes(typeof node.argument.value))
      steps.unshift(node.argument.value as Step)
    else return null
    node = node.node
  }
  return node.kind === 'Name' ? { name: node.name, steps } : null
}

function written(name: string, steps: readonly Step[]): string {
  return (
    name +
    steps
      .map(step => (typeof step === 'number' ? `[${step}]` : /^[\p{L}_][\p{L}\p{N}_]*$/u.test(step) ? `.${step}` : `['${step}']`))
      .join('')
  )
}

function classify(record: Readonly<Record<string, unknown>>, chain: Chain): Culprit[] {
  let value: unknown = Object.hasOwn(record, chain.name) ? record[chain.name] : undefined
  let resolved = 0
  for (const step of value === undefined ? [] : chain.steps) {
    const next = Array.isArray(value) && typeof step === 'number' ? value.at(step) : isDict(value) ? dictGet(value, step) : undefined
    if (next === undefined) return [{ ...chain, reason: 'missing from record', resolved }]
    value = next
    resolved++
  }
  const reason = emptiness(value)
  return reason === null ? [] : [{ ...chain, reason, resolved }]
}

function emptiness(value: unknown): string | null {
  if (value === undefined) return 'missing from record'
  if (value === null) return 'resolved to None'
  if (value === '') return 'resolved to empty string'
  const isEmpty = Array.isArray(value) ? value.length === 0 : isDict(value) && dictEntries(value).length === 0
  return isEmpty ? 'resolved to empty collection' : null
}
