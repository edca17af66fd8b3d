import { nearest } from '../nearest.ts'
import { Failure } from './error.ts'
import { filterNamed } from './filters/filters.ts'
import { testNamed } from './jinja-tests.ts'
import { dictMethods } from './methods/dict.ts'
import { listMethods, sequenceMethods } from './methods/list.ts'
import { floatMethods, integerMethods } from './methods/number.ts'
import { textMethods } from './methods/text.ts'
import type { ProfileRules } from './profile.ts'
import { type Call, type Expression, type FilterNode, type Node, type TemplateNode, walk } from './syntax/nodes.ts'

/**
 * Filters, tests and methods that nobody knows, wherever they stand in a template. Jinja tells of them only where it gets to them: below
 * a condition, behind a name in quotes, on a value. What the template itself asks about (`'x' is filter`) it is taken to know.
 */
export function findUnreached(root: TemplateNode, rules: ProfileRules): Failure[] {
  const nodes = [...walk(root)]
  const asked = (kind: 'filter' | 'test') =>
    new Set(nodes.flatMap(node => (node.kind === 'Test' && node.name === kind ? (constantText(node.node) ?? []) : [])))
  const [askedFilters, askedTests, attributes] = [asked('filter'), asked('test'), attributesMade(nodes)]
  const filter = (name: string, at: number) =>
    askedFilters.has(name) ? [] : failureOf(at, () => filterNamed(name, rules.filters, rules.additions))
  const test = (name: string, at: number) => (askedTests.has(name) ? [] : failureOf(at, () => testNamed(name)))
  return nodes.flatMap((node): Failure[] => {
    if (node.kind === 'Test') return test(node.name, node.at)
    if (node.kind === 'Call') return unknownMethod(node, attributes)
    if (node.kind !== 'Filter') return []
    const [filterName, testName] = [filterIn(node), testIn(node)]
    return [
      ...filter(node.name, node.at),
      ...(filterName === null ? [] : filter(filterName, node.at)),
      ...(testName === null ? [] : test(testName, node.at)),
    ]
  })
}

const TAKES_TEST: ReadonlyMap<string, number> = new Map([
  ['select', 0],
  ['reject', 0],
  ['selectattr', 1],
  ['rejectattr', 1],
])

const METHODS: ReadonlySet<string> = new Set(
  [textMethods, listMethods, dictMethods, sequenceMethods, integerMethods, floatMethods].flatMap(methods => Object.keys(methods)),
)

/** Methods of what templates are given besides values of the row: loops, cyclers and HTML. */
const OTHERS: ReadonlySet<string> = new Set([
  'format',
  'format_map',
  'cycle',
  'changed',
  'next',
  'reset',
  'unescape',
  'striptags',
  'escape',
])

function failureOf(at: number, find: () => unknown): Failure[] {
  try {
    find()
    return []
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return [new Failure(error.problem, error.message, { at, ...(error.hint === null ? {} : { hint: error.hint }) })]
  }
}

/** The filter a `map` is told by its name. */
function filterIn(node: FilterNode): string | null {
  return node.name === 'map' && node.args.length > 0 ? constantText(node.args[0]!) : null
}

/** The test a `select` or its like is told by its name. */
function testIn(node: FilterNode): string | null {
  const place = TAKES_TEST.get(node.name)
  const argument = place === undefined ? undefined : node.args[place]
  return argument === undefined ? null : constantText(argument)
}

function unknownMethod({ node, at }: Call, attributes: ReadonlySet<string>): Failure[] {
  if (node.kind !== 'Getattr') return []
  const name = node.attribute
  // What begins with an underscore is refused in a way of its own.
  if (METHODS.has(name) || OTHERS.has(name) || attributes.has(name) || name.startsWith('_')) return []
  const guess = nearest(name, METHODS)
  return [
    new Failure('undefined', `No value has a method '${name}'`, { at, ...(guess === null ? {} : { hint: `Did you mean '${guess}'?` }) }),
  ]
}

/** Names under which a template itself may have put something that can be called, and those it looks at before it calls them. */
function attributesMade(nodes: readonly Node[]): ReadonlySet<string> {
  const callees = new Set(nodes.flatMap(node => (node.kind === 'Call' ? node.node : [])))
  return new Set(
    nodes.flatMap((node): string[] => {
      if (node.kind === 'NSRef') return [node.attribute]
      if (node.kind === 'Keyword') return [node.key]
      if (node.kind === 'Block') return [node.name]
      if (node.kind === 'Pair') return [constantText(node.key) ?? []].flat()
      return node.kind === 'Getattr' && !callees.has(node) ? [node.attribute] : []
    }),
  )
}

function constantText(node: Expression): string | null {
  return node.kind === 'Const' && typeof node.value === 'string' ? node.value : null
}
