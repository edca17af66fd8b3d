import { type Run, Scope } from '../run.ts'
import { evaluationSteps } from '../size.ts'
import type { For, Statement } from '../syntax/nodes.ts'
import { truth } from '../values/compare.ts'
import { iterate } from '../values/iterate.ts'
import { Markup } from '../values/values.ts'
import { compileExpression } from './compile-expression.ts'
import { compileTarget, type Ending, type Execute, type StatementContext } from './compile-target.ts'
import { Loop } from './loop.ts'

/** A for loop: each pass has a scope of its own, so what it sets is gone in the next. */
export function compileFor(
  node: For,
  context: StatementContext,
  compileBody: (statements: readonly Statement[], context: StatementContext) => Execute,
): Execute {
  const iterable = compileExpression(node.iterable, context)
  const assign = compileTarget(node.target)
  const test = node.test && compileExpression(node.test, context)
  const testSteps = node.test === null ? 0 : evaluationSteps(node.test)
  const body = compileBody(node.body, { ...context, isInLoop: true })
  const otherwise = compileBody(node.otherwise, context)

  function pick(run: Run, items: readonly unknown[]): readonly unknown[] {
    if (test === null) return items
    return items.filter(item =>
      run.inScope(run.scope, () => {
        run.spend(1 + testSteps)
        assign(run, item)
        return truth(test(run))
      }),
    )
  }

  function go(run: Run, value: unknown, depth0: number): Ending {
    run.at = node.iterable.at
    const outer = run.scope
    const items = pick(run, iterate(run, value))
    if (items.length === 0) return run.inScope(outer, () => otherwise(run))
    const recurse = node.recursive ? (inner: Run, children: unknown, depth: number) => recursed(inner, outer, children, depth) : null
    const loop = new Loop(items, depth0, recurse)
    for (let index = 0; index < items.length; index++) {
      run.spend(1)
      loop.index0 = index
      run.scope = new Scope(outer)
      run.scope.set('loop', loop)
      assign(run, items[index])
      if (body(run) === 'break') break
    }
    run.scope = outer
    return 'done'
  }

  function recursed(run: Run, outer: Scope, children: unknown, depth0: number): unknown {
    const before = run.scope
    run.scope = outer
    const text = run.descend(() => run.capture(() => void go(run, children, depth0)))
    run.scope = before
    return run.autoescape ? new Markup(text) : text
  }

  return run => go(run, iterable(run), 0)
}
