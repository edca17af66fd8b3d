import { Float } from '../json/lossless.ts'
import { type CompileContext, compileExpression } from './compile/compile-expression.ts'
import { Failure } from './error.ts'
import { filtersByName } from './filters/filters.ts'
import { DEFAULT_LIMITS, Run } from './run.ts'
import { childrenOf, type Expression, type Node, type TemplateNode, walk } from './syntax/nodes.ts'
import { Dict, Markup, Range, Tuple } from './values/values.ts'

/** How large a template is. */
export type Size = { nodeCount: number; depth: number }

// Below these, Jinja's compiler replaces constant expressions by their value in the tree itself.
const FOLDING: ReadonlySet<Node['kind']> = new Set<Node['kind']>([
  'Add',
  'Sub',
  'Mul',
  'Div',
  'FloorDiv',
  'Mod',
  'Pow',
  'And',
  'Or',
  'Not',
  'Neg',
  'Pos',
  'Concat',
  'Compare',
  'Getattr',
  'Getitem',
  'Filter',
  'Test',
  'CondExpr',
  'Call',
])
const CONTEXT_FILTERS: ReadonlySet<string> = new Set(['random', 'map', 'select', 'reject', 'selectattr', 'rejectattr'])
const HELPERS: ReadonlySet<Node['kind']> = new Set<Node['kind']>(['Keyword', 'Pair', 'Operand', 'Slice', 'TemplateData'])

/**
 * How many nodes are below the root, and how many levels there are with it: what the strict profile limits. Counted as the reference
 * counts, in the tree Jinja's compiler leaves behind after folding constants.
 */
export function measure(root: TemplateNode): Size {
  const size: Size = { nodeCount: -1, depth: 0 }
  count(root, 1, 'plain', size)
  return size
}

/** `plain`: as written; `folding`: constant expressions are one node; `raw`: as written all the way down. */
type Mode = 'plain' | 'folding' | 'raw'

function count(node: Node, level: number, mode: Mode, size: Size): void {
  size.nodeCount++
  if (level > size.depth) size.depth = level
  if (mode === 'folding' && !HELPERS.has(node.kind) && isConstant(node as Expression)) return
  const below: Mode = mode === 'plain' && FOLDING.has(node.kind) ? 'folding' : mode
  for (const child of childrenOf(node)) {
    // What an output tag prints is printed by the compiler itself when it is constant, and left as it is.
    const isPrinted = node.kind === 'Output' && child.kind !== 'TemplateData' && isConstant(child as Expression)
    count(child, level + 1, isPrinted ? 'raw' : below, size)
  }
}

function isConstant(node: Expression): boolean {
  if (node.kind === 'Const') return true
  for (const part of walk(node)) {
    if (part.kind === 'Name' || part.kind === 'Call' || (part.kind === 'Filter' && CONTEXT_FILTERS.has(part.name))) return false
  }
  const context: CompileContext = { allowedFilters: null, additions: null, blocks: new Map(), conditions: 1, unknown: [] }
  const run = new Run(
    {},
    {
      values: 'python',
      insideJson: false,
      refusesUndefined: false,
      random: null,
      limits: DEFAULT_LIMITS,
      now: null,
      isImmutable: true,
      filters: filtersByName(null, null),
    },
  )
  try {
    return isLiteral(compileExpression(node, context)(run))
  } catch (error) {
    if (error instanceof Failure) return false
    throw error
  }
}

/** Whether a value could be written as a literal of Python. */
function isLiteral(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || value instanceof Float || value instanceof Markup || value instanceof Range)
    return true
  if (Array.isArray(value)) return value.every(isLiteral)
  if (value instanceof Tuple) return value.items.every(isLiteral)
  return value instanceof Dict && [...value.entries.values()].every(pair => pair.every(isLiteral))
}
