import { childrenOf, type Expression, type Node, type Statement } from './syntax/nodes.ts'

/**
 * Steps that it takes to evaluate the expressions of a statement once, without those of the statements inside of it: a template can be
 * as long as its author likes, and stand in a loop.
 */
export function evaluationSteps(node: Statement | Expression): number {
  let nodes = 0
  // Branches of one `if` are looked at one after the other.
  const open: Node[] = node.kind === 'If' ? [node.test, ...node.elifs.map(({ test }) => test)] : childrenOf(node)
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (STATEMENTS.has(next.kind)) continue
    nodes++
    for (const child of childrenOf(next)) open.push(child)
  }
  return Math.floor(nodes / NODES_A_STEP)
}

const NODES_A_STEP = 8

const STATEMENTS: ReadonlySet<Node['kind']> = new Set<Node['kind']>([
  'Output',
  'For',
  'If',
  'Assign',
  'AssignBlock',
  'With',
  'Macro',
  'CallBlock',
  'FilterBlock',
  'Scope',
  'ScopedEvalContextModifier',
  'Block',
  'ExprStmt',
  'Break',
  'Continue',
])
