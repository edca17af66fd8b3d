import { Failure } from '../error.ts'
import type { Run, Scope } from '../run.ts'
import { evaluationSteps } from '../size.ts'
import {
  type AssignBlock,
  type Block,
  type CallBlock,
  type Generation,
  type If,
  type Output,
  type Signature,
  type Statement,
  walk,
} from '../syntax/nodes.ts'
import { truth } from '../values/compare.ts'
import { escapeHtml } from '../values/markup.ts'
import { textInsideJson, textOf } from '../values/text.ts'
import { Markup } from '../values/values.ts'
import { compileCall, compileExpression, compileFilter, type Evaluate } from './compile-expression.ts'
import { compileFor } from './compile-for.ts'
import { compileTarget, type Ending, type Execute, type StatementContext } from './compile-target.ts'
import { Macro, type MacroDefinition } from './macro.ts'

/** Several statements as one. */
export function compileBody(statements: readonly Statement[], context: StatementContext): Execute {
  const compiled = statements.map(statement => compileStatement(statement, context))
  if (compiled.length === 1) return compiled[0]!
  return run => {
    for (const execute of compiled) {
      const ending = execute(run)
      if (ending !== 'done') return ending
    }
    return 'done'
  }
}

function compileStatement(node: Statement, context: StatementContext): Execute {
  const execute = compileKind(node, context)
  const steps = evaluationSteps(node)
  if (steps < 1) return execute
  return run => {
    run.spend(steps)
    return execute(run)
  }
}

function compileKind(node: Statement, context: StatementContext): Execute {
  switch (node.kind) {
    case 'Output':
      return compileOutput(node, context)
    case 'For':
      return compileFor(node, context, compileBody)
    case 'If':
      return compileIf(node, context)
    case 'Assign': {
      const [assign, value] = [compileTarget(node.target), compileExpression(node.value, context)]
      return run => {
        run.spend(1)
        return assign(run, value(run))
      }
    }
    case 'AssignBlock':
      return compileAssignBlock(node, context)
    case 'With': {
      const targets = node.targets.map(compileTarget)
      const values = node.values.map(value => compileExpression(value, context))
      const body = compileBody(node.body, context)
      return run => {
        const given = values.map(value => value(run))
        return run.inScope(run.scope, () => {
          for (const [index, assign] of targets.entries()) assign(run, given[index])
          return body(run)
        })
      }
    }
    case 'Macro': {
      const definition = compileMacro(node.name, node, node.body, context)
      return run => {
        run.scope.set(node.name, new Macro(definition, run.scope))
        return 'done'
      }
    }
    case 'CallBlock':
      return compileCallBlock(node, context)
    case 'Generation':
      return compileGeneration(node, context)
    case 'FilterBlock': {
      const body = scopedBody(node.body, context)
      const filtered = compileFilter(node.filter, context, run => captured(run, body))
      return run => write(run, filtered(run))
    }
    case 'Scope': {
      const parts = node.body.map(part => compileAutoescape(part.option.value, part.body, context))
      return run => parts.reduce<Ending>((ending, part) => (ending === 'done' ? part(run) : ending), 'done')
    }
    case 'ScopedEvalContextModifier':
      return compileAutoescape(node.option.value, node.body, context)
    case 'Block':
      return compileBlock(node, context)
    case 'ExprStmt': {
      const expression = compileExpression(node.node, context)
      return run => {
        run.spend(1)
        expression(run)
        return 'done'
      }
    }
    case 'Break':
    case 'Continue': {
      const ending = node.kind === 'Break' ? 'break' : 'continue'
      if (!context.isInLoop) throw new Failure('syntax', `'${ending}' outside loop`, { at: node.at })
      return () => ending
    }
    case 'Include':
    case 'Import':
    case 'FromImport':
    case 'Extends':
      throw new Failure('loader', 'no loader for this environment specified', {
        at: node.at,
        hint: 'Templates stand alone: write the text or the macro into this one',
      })
  }
}

function write(run: Run, value: unknown): Ending {
  run.write(run.autoescape ? escapeHtml(run, value) : run.options.insideJson ? textInsideJson(run, value) : textOf(run, value))
  return 'done'
}

function compileOutput(node: Output, context: StatementContext): Execute {
  const parts = node.nodes.map(part =>
    part.kind === 'TemplateData' ? part.data : { value: compileExpression(part, context), at: part.at },
  )
  return run => {
    run.spend(1)
    for (const part of parts) {
      if (typeof part === 'string') run.write(part)
      else {
        const value = part.value(run)
        if (typeof value === 'string' && !run.autoescape && !run.options.insideJson) run.write(value)
        else write(run, value)
      }
    }
    return 'done'
  }
}

function compileIf(node: If, context: StatementContext): Execute {
  context.conditions++
  const branches = [node, ...node.elifs].map(branch => ({
    test: compileExpression(branch.test, context),
    body: compileBody(branch.body, context),
  }))
  const otherwise = compileBody(node.otherwise, context)
  context.conditions--
  return run => {
    run.spend(1)
    for (const { test, body } of branches) if (truth(test(run))) return body(run)
    return otherwise(run)
  }
}

/** A body with a scope of its own that no loop can be left from. */
function scopedBody(statements: readonly Statement[], context: StatementContext): Execute {
  const body = compileBody(statements, { ...context, isInLoop: false })
  return run => run.inScope(run.scope, () => body(run))
}

function captured(run: Run, body: Execute): unknown {
  run.spend(1)
  const text = run.capture(() => body(run))
  return run.autoescape ? new Markup(text) : text
}

/** What the model wrote: where it stands in the output is kept. */
function compileGeneration(node: Generation, context: StatementContext): Execute {
  const body = scopedBody(node.body, context)
  return run => {
    run.spend(1)
    const start = run.outerLength
    const text = run.capture(() => body(run))
    run.generations.push([start, start + text.length])
    run.write(text)
    return 'done'
  }
}

function compileAssignBlock(node: AssignBlock, context: StatementContext): Execute {
  const body = scopedBody(node.body, context)
  const text: Evaluate = run => captured(run, body)
  const value = node.filter === null ? text : compileFilter(node.filter, context, text)
  const assign = compileTarget(node.target)
  return run => assign(run, value(run))
}

function compileAutoescape(
  option: Parameters<typeof compileExpression>[0],
  statements: readonly Statement[],
  context: StatementContext,
): Execute {
  const isOn = compileExpression(option, context)
  const body = compileBody(statements, context)
  return run => {
    const before = run.autoescape
    run.autoescape = truth(isOn(run))
    const ending = run.inScope(run.scope, () => body(run))
    run.autoescape = before
    return ending
  }
}

function compileMacro(name: string, signature: Signature, statements: readonly Statement[], context: StatementContext): MacroDefinition {
  const body = compileBody(statements, { ...context, isInLoop: false })
  const read = new Set<string>()
  for (const statement of statements) for (const node of walk(statement)) if (node.kind === 'Name') read.add(node.name)
  return {
    name,
    parameters: signature.parameters.map(parameter => parameter.name),
    defaults: signature.defaults.map(value => compileExpression(value, context)),
    body,
    catchesKeywords: read.has('kwargs'),
    catchesArguments: read.has('varargs'),
    takesCaller: read.has('caller'),
    steps: signature.parameters.length / 8 + signature.defaults.reduce((sum, value) => sum + evaluationSteps(value), 0),
  }
}

function compileCallBlock(node: CallBlock, context: StatementContext): Execute {
  const definition = compileMacro('caller', node, node.body, context)
  const call = compileCall(node.call, context, run => new Map([['caller', new Macro(definition, run.scope)]]))
  return run => {
    run.spend(1)
    return write(run, call(run))
  }
}

function compileBlock(node: Block, context: StatementContext): Execute {
  if (context.blocks.has(node.name)) throw new Failure('syntax', `block '${node.name}' defined twice`, { at: node.at })
  context.blocks.set(node.name, () => {})
  const body = compileBody(node.body, { ...context, isInLoop: false })
  context.blocks.set(node.name, run => void run.inScope(outermost(run.scope), () => body(run)))
  return run => run.inScope(node.scoped ? run.scope : outermost(run.scope), () => body(run))
}

function outermost(scope: Scope): Scope {
  while (scope.parent !== null) scope = scope.parent
  return scope
}
