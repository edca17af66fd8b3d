import { globals } from './compile/globals.ts'
import {
  childrenOf,
  type Expression,
  type If,
  type Node,
  type Signature,
  type Statement,
  type Target,
  type TemplateNode,
} from './syntax/nodes.ts'

/** What a template reads from its row. */
export type References = {
  names: string[] // free top-level names, as Jinja's `find_undeclared_variables`
  chains: string[][] // how far each is followed by constant names: ['judge', 'quality', 'score']
}

/** What a template reads. A name that is only assigned in some branches counts as read where it is used after them. */
export function findReferences(template: TemplateNode): References {
  const finder = new Finder()
  const root = new Names(null)
  finder.statements(template.body, root)
  finder.finish(root)
  return { names: [...finder.names], chains: [...finder.chains.values()] }
}

/** The names a block of the template has assigned so far, and what waits for it to end: inner blocks see all it assigns. */
class Names {
  readonly parent: Names | null
  readonly assigned = new Set<string>()
  readonly later: (() => void)[] = []

  constructor(parent: Names | null, assigned: readonly string[] = []) {
    this.parent = parent
    for (const name of assigned) this.assigned.add(name)
  }

  has(name: string): boolean {
    return this.assigned.has(name) || (this.parent?.has(name) ?? false)
  }
}

class Finder {
  readonly names = new Set<string>()
  readonly chains = new Map<string, string[]>()

  statements(body: readonly Statement[], names: Names): void {
    for (const statement of body) this.statement(statement, names)
  }

  finish(names: Names): void {
    for (const next of names.later) next()
  }

  private statement(node: Statement, names: Names): void {
    switch (node.kind) {
      case 'For':
        this.expression(node.iterable, names)
        this.inner(names, ['loop', ...targetNames(node.target)], inner => {
          if (node.test !== null) this.expression(node.test, inner)
          this.statements(node.body, inner)
        })
        this.inner(names, [], inner => this.statements(node.otherwise, inner))
        return
      case 'If':
        this.branches(node, names)
        return
      case 'Assign':
        this.expression(node.value, names)
        this.assign(node.target, names)
        return
      case 'AssignBlock':
        this.inner(names, [], inner => this.statements(node.body, inner))
        if (node.filter !== null) this.expression(node.filter, names)
        this.assign(node.target, names)
        return
      case 'With':
        for (const value of node.values) this.expression(value, names)
        this.inner(names, node.targets.flatMap(targetNames), inner => this.statements(node.body, inner))
        return
      case 'Macro':
        names.assigned.add(node.name)
        this.macro(node, node.body, names)
        return
      case 'CallBlock':
        this.expression(node.call, names)
        this.macro(node, node.body, names)
        return
      case 'FilterBlock':
        this.expression(node.filter, names)
        this.inner(names, [], inner => this.statements(node.body, inner))
        return
      case 'Scope':
        for (const part of node.body) this.statement(part, names)
        return
      case 'ScopedEvalContextModifier':
        this.expression(node.option.value, names)
        this.inner(names, [], inner => this.statements(node.body, inner))
        return
      case 'Generation':
        this.inner(names, [], inner => this.statements(node.body, inner))
        return
      case 'Block':
        this.inner(names, ['super'], inner => this.statements(node.body, inner))
        return
      default:
        for (const child of childrenOf(node)) this.expression(child, names)
    }
  }

  private inner(outer: Names, assigned: readonly string[], visit: (names: Names) => void): void {
    outer.later.push(() => {
      const names = new Names(outer, assigned)
      visit(names)
      this.finish(names)
    })
  }

  private macro(signature: Signature, body: readonly Statement[], names: Names): void {
    const parameters = signature.parameters.map(parameter => parameter.name)
    this.inner(names, [...parameters, 'caller', 'varargs', 'kwargs'], inner => {
      for (const value of signature.defaults) this.expression(value, inner)
      this.statements(body, inner)
    })
  }

  /** After an if, a name is assigned for sure only where every branch does it. */
  private branches(node: If, names: Names): void {
    this.expression(node.test, names)
    const bodies = [node.body, ...node.elifs.map(elif => elif.body), node.otherwise]
    for (const elif of node.elifs) this.expression(elif.test, names)
    const before = new Set(names.assigned)
    const results = bodies.map(body => {
      names.assigned.clear()
      for (const name of before) names.assigned.add(name)
      this.statements(body, names)
      return new Set(names.assigned)
    })
    names.assigned.clear()
    for (const name of results[0]!) if (results.every(result => result.has(name))) names.assigned.add(name)
  }

  private assign(target: Target, names: Names): void {
    if (target.kind === 'NSRef') this.read([target.name], names)
    else if (target.kind === 'Tuple') for (const item of target.items) this.assign(item as Target, names)
    else names.assigned.add(target.name)
  }

  private expression(node: Node, names: Names): void {
    const chain = chainOf(node)
    if (chain !== null) this.read(chain, names)
    else if (node.kind === 'Call' && node.node.kind === 'Getattr') {
      this.expression(node.node.node, names)
      for (const child of childrenOf(node).slice(1)) this.expression(child, names)
    } else for (const child of childrenOf(node)) this.expression(child, names)
  }

  private read(chain: string[], names: Names): void {
    const name = chain[0]!
    if (names.has(name) || globals[name] !== undefined || name === 'self') return
    this.names.add(name)
    this.chains.set(JSON.stringify(chain), chain)
  }
}

/** A name followed by constant attributes, or null for any other expression. */
function chainOf(node: Node): string[] | null {
  const steps: string[] = []
  while (node.kind === 'Getattr' || node.kind === 'Getitem') {
    const step = node.kind === 'Getattr' ? node.attribute : constantText(node.argument)
    if (step === null) return null
    steps.unshift(step)
    node = node.node
  }
  return node.kind === 'Name' ? [node.name, ...steps] : null
}

function constantText(node: Expression): string | null {
  return node.kind === 'Const' && typeof node.value === 'string' ? node.value : null
}

function targetNames(target: Target): string[] {
  if (target.kind === 'Name') return [target.name]
  return target.kind === 'Tuple' ? target.items.flatMap(item => targetNames(item as Target)) : []
}
