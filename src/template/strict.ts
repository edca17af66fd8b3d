import { Failure } from './error.ts'
import { measure } from './measure.ts'
import type { ProfileRules } from './profile.ts'
import { type Node, type TemplateNode, walk } from './syntax/nodes.ts'

/** Refuse what the strict profile refuses in a template as it is written. Throws Failure with the place. */
export function checkStrict(root: TemplateNode, rules: ProfileRules): void {
  for (const node of walk(root)) {
    const isSelf = node.kind === 'Name' && node.name === 'self'
    const isRecursive = node.kind === 'For' && node.recursive
    if (FORBIDDEN.has(node.kind) || isSelf || isRecursive)
      throw new Failure('security', `${INVALID}.`, { at: node.at, hint: 'Use the full profile' })
  }
  for (const node of walk(root)) {
    if (node.kind !== 'For') continue
    for (const inner of walk(node)) {
      if (inner !== node && inner.kind === 'For')
        throw new Failure('security', `${INVALID} (nested-for).`, { at: inner.at, hint: 'Use the full profile' })
    }
  }
  const { nodeCount, depth } = measure(root)
  if (nodeCount > rules.maxNodes)
    throw new Failure('limit', `Template has ${nodeCount} nodes: expected at most ${rules.maxNodes}`, { at: 0 })
  if (depth > rules.maxDepth) throw new Failure('limit', `Template is ${depth} levels deep: expected at most ${rules.maxDepth}`, { at: 0 })
}

const FORBIDDEN: ReadonlySet<Node['kind']> = new Set<Node['kind']>(['Import', 'Macro', 'Assign', 'AssignBlock', 'Extends', 'Block'])
const INVALID = 'Non-permitted operations in Jinja template'
