import { Failure } from '../error.ts'
import type { Run } from '../run.ts'
import { compare, equals } from '../values/compare.ts'
import { dictEntries, dictGet, isDict } from '../values/dict.ts'
import { textArgument } from '../values/native.ts'
import { numeric, stringOf, typeName } from '../values/values.ts'
import type { Filter } from './filter.ts'
import { type Condition, JsonPathParser, type Operand, type Path, type Selector, type Step } from './jsonpath-parse.ts'

export const jsonpathFilter: Filter = {
  description: 'Everything a JSONPath finds in a dictionary, as a list.',
  takes: ['expression'],
  apply: (run, value, expression) => {
    if (!isDict(value)) throw new Failure('type', `jsonpath needs a dictionary: found ${typeName(value)}`)
    const path = new JsonPathParser(textArgument('expression', expression)).whole()
    return run.own(new Query(run, value).find(path, value))
  },
}

class Query {
  private readonly run: Run
  private readonly root: unknown

  constructor(run: Run, root: unknown) {
    this.run = run
    this.root = root
  }

  find(path: Path, current: unknown): unknown[] {
    let nodes: unknown[] = [path.isAbsolute ? this.root : current]
    for (const step of path.steps) {
      nodes = nodes.flatMap(node => this.step(node, step))
      this.run.reserve(nodes.length)
    }
    return nodes
  }

  private step(node: unknown, step: Step): unknown[] {
    this.run.spend(1)
    const found = step.selectors.flatMap(selector => this.select(node, selector))
    return step.descends ? [...found, ...childrenOf(node).flatMap(child => this.step(child, step))] : found
  }

  private select(node: unknown, selector: Selector): unknown[] {
    switch (selector.kind) {
      case 'wildcard':
        return childrenOf(node)
      case 'name': {
        const value = isDict(node) ? dictGet(node, selector.name) : undefined
        return value === undefined ? [] : [value]
      }
      case 'index':
        return Array.isArray(node) && node.at(selector.index) !== undefined ? [node.at(selector.index)] : []
      case 'slice':
        return Array.isArray(node) ? sliced(node, selector) : []
      case 'filter':
        return childrenOf(node).filter(child => this.holds(selector.condition, child))
    }
  }

  private holds(condition: Condition, node: unknown): boolean {
    this.run.spend(1)
    switch (condition.kind) {
      case 'or':
        return condition.parts.some(part => this.holds(part, node))
      case 'and':
        return condition.parts.every(part => this.holds(part, node))
      case 'not':
        return !this.holds(condition.part, node)
      case 'exists':
        return this.find(condition.path, node).length > 0
      case 'compare':
        return this.compares(condition.operator, this.value(condition.left, node), this.value(condition.right, node))
    }
  }

  private value(operand: Operand, node: unknown): unknown {
    return 'literal' in operand ? operand.literal : this.find(operand.path, node)[0]
  }

  /** Values of different kinds are unequal and in no order; what is not there equals only what is not there. */
  private compares(operator: string, a: unknown, b: unknown): boolean {
    const isEqual = a === undefined || b === undefined ? a === b : equals(this.run, a, b)
    if (operator === '==') return isEqual
    if (operator === '!=') return !isEqual
    const isOrdered = (stringOf(a) !== null && stringOf(b) !== null) || (isNumber(a) && isNumber(b))
    if (!isOrdered) return isEqual && (operator === '<=' || operator === '>=')
    const order = compare(this.run, a, b)
    return operator[0] === '<' ? order < 0 || (isEqual && operator === '<=') : order > 0 || (isEqual && operator === '>=')
  }
}

function isNumber(value: unknown): boolean {
  return numeric(value) !== null && typeof value !== 'boolean'
}

function childrenOf(node: unknown): unknown[] {
  if (Array.isArray(node)) return node
  return isDict(node) ? dictEntries(node).map(([, value]) => value) : []
}

function sliced(items: unknown[], { start, end, step }: { start: number | null; end: number | null; step: number }): unknown[] {
  if (step === 0) return []
  const length = items.length
  const at = (index: number) => (index < 0 ? index + length : index)
  const found: unknown[] = []
  if (step > 0) {
    const to = Math.min(length, Math.max(0, at(end ?? length)))
    for (let index = Math.min(length, Math.max(0, at(start ?? 0))); index < to; index += step) found.push(items[index])
  } else {
    const to = end === null ? -1 : Math.max(-1, at(end))
    for (let index = Math.min(length - 1, start === null ? length - 1 : at(start)); index > to; index += step) found.push(items[index])
  }
  return found
}
