import { Failure } from '../error.ts'
import type { Additions } from '../filters/additions.ts'
import { applyFilter, filterNamed } from '../filters/filters.ts'
import { testNamed } from '../jinja-tests.ts'
import { getAttribute, getItem, sliceOf } from '../methods/access.ts'
import type { Run } from '../run.ts'
import type { Arguments, Call, Compare, Expression, FilterNode, Name, TestNode } from '../syntax/nodes.ts'
import { arithmetic, signed } from '../values/arithmetic.ts'
import { compare, contains, equals, truth, undefinedFailure } from '../values/compare.ts'
import { dictOf } from '../values/dict.ts'
import { iterate } from '../values/iterate.ts'
import { escapeHtml } from '../values/markup.ts'
import { callNative, keywordsFrom } from '../values/native.ts'
import { textOf } from '../values/text.ts'
import { Callable, type Keywords, Markup, Special, Tuple, typeName, Undefined } from '../values/values.ts'
import { globals } from './globals.ts'
import { TemplateReference } from './macro.ts'

/** An expression ready to be evaluated. */
export type Evaluate = (run: Run) => unknown

/** What expressions of one template have in common while they are compiled. */
export type CompileContext = {
  allowedFilters: ReadonlySet<string> | null
  additions: Additions | null
  blocks: Map<string, (run: Run) => void>
  /** Above 0 inside a condition, where an unknown filter fails only when it is reached. */
  conditions: number
  unknown: Failure[] // filters and tests that nobody knows: all of them are told
}

const NO_KEYWORDS: Keywords = new Map()

/** Turn an expression into a function. Each sets `run.at` before it does what may fail. */
export function compileExpression(node: Expression, context: CompileContext): Evaluate {
  const compile = (child: Expression) => compileExpression(child, context)
  const { at } = node
  switch (node.kind) {
    case 'Const': {
      const { value } = node
      return () => value
    }
    case 'Name':
      return compileName(node, context)
    case 'NSRef':
      return () => unreachable()
    case 'Tuple': {
      const items = node.items.map(compile)
      return run => new Tuple(items.map(item => item(run)))
    }
    case 'List': {
      const items = node.items.map(compile)
      return run => run.own(items.map(item => item(run)))
    }
    case 'Dict': {
      const pairs = node.items.map(pair => [compile(pair.key), compile(pair.value)] as const)
      return run => run.own(dictOf(pairs.map(([key, value]) => [key(run), value(run)] as const)))
    }
    case 'Concat':
      return compileConcat(node.nodes.map(compile), at)
    case 'And': {
      const [left, right] = [compile(node.left), compile(node.right)]
      return run => {
        const value = left(run)
        return truth(value) ? right(run) : value
      }
    }
    case 'Or': {
      const [left, right] = [compile(node.left), compile(node.right)]
      return run => {
        const value = left(run)
        return truth(value) ? value : right(run)
      }
    }
    case 'Not': {
      const inner = compile(node.node)
      return run => !truth(inner(run))
    }
    case 'Neg':
    case 'Pos': {
      const inner = compile(node.node)
      const isNegative = node.kind === 'Neg'
      return run => {
        const value = inner(run)
        run.at = at
        return signed(value, isNegative)
      }
    }
    case 'Add':
    case 'Sub':
    case 'Mul':
    case 'Div':
    case 'FloorDiv':
    case 'Mod':
    case 'Pow': {
      const [left, right, operator] = [compile(node.left), compile(node.right), node.kind]
      return run => {
        const [a, b] = [left(run), right(run)]
        run.at = at
        return arithmetic(run, operator, a, b)
      }
    }
    case 'Compare':
      return compileCompare(node, context)
    case 'CondExpr': {
      context.conditions++
      const test = compile(node.test)
      const chosen = compile(node.chosen)
      const otherwise = node.otherwise === null ? missingElse : compile(node.otherwise)
      context.conditions--
      return run => (truth(test(run)) ? chosen(run) : otherwise(run))
    }
    case 'Getattr': {
      const [inner, name] = [compile(node.node), node.attribute]
      return run => {
        const value = inner(run)
        run.at = at
        return getAttribute(run, value, name)
      }
    }
    case 'Getitem':
      return compileGetitem(node.node, node.argument, at, context)
    case 'Slice':
      throw new Failure('syntax', 'a slice stands alone in its brackets', { at })
    case 'Call':
      return compileCall(node, context)
    case 'Filter':
      return compileFilter(node, context)
    case 'Test':
      return compileTest(node, context)
  }
}

function unreachable(): never {
  throw new Failure('syntax', 'a namespace can only be assigned to')
}

function missingElse(): Undefined {
  return new Undefined('the inline if-expression evaluated to false and no else section was defined.')
}

function compileName({ name }: Name, context: CompileContext): Evaluate {
  const message = `'${name}' is undefined`
  const fallback = name === 'self' ? new TemplateReference(context.blocks) : (context.additions?.globals[name] ?? globals[name])
  return run => {
    const local = run.scope.find(name)
    if (local !== undefined) return local
    if (Object.hasOwn(run.context, name)) {
      const value = run.context[name]
      if (value !== undefined) return value
    }
    return fallback ?? new Undefined(message)
  }
}

function compileConcat(nodes: Evaluate[], at: number): Evaluate {
  return run => {
    const values = nodes.map(node => node(run))
    run.at = at
    const isHtml = run.autoescape && values.some(value => value instanceof Markup)
    let text = ''
    for (const value of values) text += isHtml ? escapeHtml(run, value) : textOf(run, value)
    run.sized(text)
    return isHtml ? new Markup(text) : text
  }
}

type Comparison = (run: Run, a: unknown, b: unknown) => boolean

const COMPARISONS: Record<string, Comparison> = {
  eq: equals,
  ne: (run, a, b) => !equals(run, a, b),
  lt: (run, a, b) => compare(run, a, b, '<') < 0,
  lteq: (run, a, b) => compare(run, a, b, '<=') <= 0,
  gt: (run, a, b) => compare(run, a, b, '>') > 0,
  gteq: (run, a, b) => compare(run, a, b, '>=') >= 0,
  in: (run, a, b) => contains(run, b, a),
  notin: (run, a, b) => !contains(run, b, a),
}

function compileCompare(node: Compare, context: CompileContext): Evaluate {
  const first = compileExpression(node.expression, context)
  const rest = node.operands.map(operand => ({
    holds: COMPARISONS[operand.operator]!,
    value: compileExpression(operand.expression, context),
    at: operand.at,
  }))
  return run => {
    let left = first(run)
    for (const { holds, value, at } of rest) {
      const right = value(run)
      run.at = at
      if (!holds(run, left, right)) return false
      left = right
    }
    return true
  }
}

function compileGetitem(node: Expression, argument: Expression, at: number, context: CompileContext): Evaluate {
  const inner = compileExpression(node, context)
  if (argument.kind === 'Slice') {
    const [start, stop, step] = [argument.start, argument.stop, argument.step].map(part => part && compileExpression(part, context))
    return run => {
      const value = inner(run)
      const bounds = [start?.(run), stop?.(run), step?.(run)] as const
      run.at = at
      return sliceOf(run, value, ...bounds)
    }
  }
  const key = compileExpression(argument, context)
  return run => {
    const [value, item] = [inner(run), key(run)]
    run.at = at
    return getItem(run, value, item)
  }
}

type Given = { args: unknown[]; keywords: Keywords }

function compileArguments(node: Arguments, context: CompileContext): (run: Run) => Given {
  const args = node.args.map(argument => compileExpression(argument, context))
  const keywords = node.keywords.map(({ key, value }) => [key, compileExpression(value, context)] as const)
  const restArgs = node.restArgs && compileExpression(node.restArgs, context)
  const restKeywords = node.restKeywords && compileExpression(node.restKeywords, context)
  return run => {
    const given = args.map(argument => argument(run))
    if (restArgs !== null) given.push(...iterate(run, restArgs(run)))
    if (keywords.length === 0 && restKeywords === null) return { args: given, keywords: NO_KEYWORDS }
    const named = new Map(keywords.map(([key, value]) => [key, value(run)]))
    for (const [key, value] of restKeywords === null ? [] : keywordsFrom(restKeywords(run))) {
      if (named.has(key)) throw new Failure('argument', `got multiple values for keyword argument '${key}'`)
      named.set(key, value)
    }
    return { args: given, keywords: named }
  }
}

/** A call; `extra` adds keywords, as a call block adds `caller`. */
export function compileCall(node: Call, context: CompileContext, extra?: (run: Run) => Keywords): Evaluate {
  const callee = compileExpression(node.node, context)
  const given = compileArguments(node, context)
  return run => {
    const value = callee(run)
    const { args, keywords } = given(run)
    run.at = node.at
    return call(run, value, args, extra === undefined ? keywords : new Map([...keywords, ...extra(run)]))
  }
}

function call(run: Run, value: unknown, args: unknown[], keywords: Keywords): unknown {
  if (value instanceof Callable) return value.invoke(run, args, keywords)
  if (value instanceof Special && 'invoke' in value) return (value as unknown as Callable).invoke(run, args, keywords)
  if (value instanceof Undefined) throw undefinedFailure(value)
  throw new Failure('type', `'${typeName(value)}' object is not callable`)
}

/** A filter; without a node it filters the text it is given. */
export function compileFilter(node: FilterNode, context: CompileContext, body?: Evaluate): Evaluate {
  const { name, at } = node
  const value =
    node.node === null
      ? body!
      : node.node.kind === 'Filter'
        ? compileFilter(node.node, context, body)
        : compileExpression(node.node, context)
  const given = compileArguments(node, context)
  const filter = whenKnown(() => filterNamed(name, context.allowedFilters, context.additions), at, context)
  return run => {
    const subject = run.subjectOf(name, value)
    const { args, keywords } = given(run)
    run.at = at
    return applyFilter(run, name, filter(), subject, args, keywords)
  }
}

function compileTest(node: TestNode, context: CompileContext): Evaluate {
  const { name, at } = node
  const value = compileExpression(node.node, context)
  const given = compileArguments(node, context)
  const test = whenKnown(() => testNamed(name), at, context)
  return run => {
    const subject = run.subjectOf(name, value)
    const { args, keywords } = given(run)
    run.at = at
    return callNative(name, test(), run, subject, args, keywords)
  }
}

/** Look something up now, or inside a condition only when it is reached. */
function whenKnown<T>(find: () => T, at: number, context: CompileContext): () => T {
  try {
    const found = find()
    return () => found
  } catch (error) {
    if (error instanceof Failure && context.conditions === 0)
      context.unknown.push(new Failure(error.problem, error.message, { at, ...(error.hint === null ? {} : { hint: error.hint }) }))
    return find
  }
}
