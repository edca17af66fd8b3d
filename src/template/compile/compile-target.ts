import { Failure } from '../error.ts'
import type { Run } from '../run.ts'
import type { Target } from '../syntax/nodes.ts'
import { undefinedFailure } from '../values/compare.ts'
import { iterate } from '../values/iterate.ts'
import { Namespace } from '../values/objects.ts'
import { Undefined } from '../values/values.ts'
import type { CompileContext } from './compile-expression.ts'

/** Assignment to a name, a namespace's attribute, or several of them. */
export function compileTarget(target: Target): (run: Run, value: unknown) => Ending {
  if (target.kind === 'Name') {
    const { name } = target
    return (run, value) => {
      run.scope.set(name, value)
      return 'done'
    }
  }
  if (target.kind === 'NSRef') {
    return (run, value) => {
      const namespace = run.scope.find(target.name)
      run.at = target.at
      if (!(namespace instanceof Namespace)) throw new Failure('type', 'cannot assign attribute on non-namespace object')
      namespace.assign(target.attribute, value)
      return 'done'
    }
  }
  const targets = (target.items as Target[]).map(compileTarget)
  return (run, value) => {
    run.at = target.at
    if (value instanceof Undefined) throw undefinedFailure(value)
    const items = iterate(run, value)
    if (items.length < targets.length)
      throw new Failure('type', `not enough values to unpack (expected ${targets.length}, got ${items.length})`)
    if (items.length > targets.length) throw new Failure('type', `too many values to unpack (expected ${targets.length})`)
    for (const [index, assign] of targets.entries()) assign(run, items[index])
    return 'done'
  }
}

/** How a statement ended: it went through, or a loop has to stop or go on. */
export type Ending = 'done' | 'break' | 'continue'

/** A statement ready to run. */
export type Execute = (run: Run) => Ending

/** What statements need to know about where they stand. */
export type StatementContext = CompileContext & { isInLoop: boolean }
