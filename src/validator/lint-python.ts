import { TracewrightError } from '../errors.ts'
import { readJsonOr } from '../json/exact.ts'
import { isObject, type Json, type JsonObject } from '../json/json.ts'
import { runLinter } from './run-linter.ts'
import type { ValidationResult } from './validator.ts'

/** What ruff says of Python code, or CPython where there is no ruff: it finds what cannot be parsed. Scored as pylint scores. */
export async function lintPython(code: string, signal: AbortSignal): Promise<ValidationResult> {
  const [linted, parsed] = await Promise.all([
    runLinter('ruff', ['check', '--isolated', '--select', RULES, '--output-format=json', '--stdin-filename=cell.py', '-'], code, signal),
    runLinter('python3', ['-I', '-c', COUNT], code, signal),
  ])
  const counted = readJsonOr(parsed ?? '')
  const diagnostics = readJsonOr(linted ?? '')
  if (!Array.isArray(diagnostics) && !isObject(counted))
    throw new TracewrightError('column', 'Cannot validate Python: found neither ruff nor python3 on this machine', {
      hint: 'Install ruff, and put it on the PATH',
    })
  const messages = Array.isArray(diagnostics) ? diagnostics.filter(isObject).map(messageOfRuff) : messagesOfPython(counted)
  messages.sort((a, b) => ORDER.indexOf(a.type) - ORDER.indexOf(b.type) || a.line - b.line)
  const severity = messages[0]?.type ?? 'none'
  const statements = isObject(counted) ? Number(counted['statements'] ?? 0) : 0
  return {
    is_valid: severity !== 'fatal' && severity !== 'error',
    python_linter_score: scoreOf(messages, statements),
    python_linter_severity: severity,
    python_linter_messages: messages as unknown as Json,
  }
}

type Message = { type: string; symbol: string; line: number; column: number; message: string }

const RULES = 'E,F6,F7,F8,SIM,PLC,PLE,PLR,PLW'
const ORDER = ['fatal', 'error', 'warning', 'convention', 'refactor']
const TYPES: ReadonlyMap<string, string> = new Map(
  Object.entries({ E: 'refactor', F: 'error', SIM: 'refactor', PLC: 'convention', PLE: 'error', PLR: 'refactor', PLW: 'warning' }),
)

/** Counts statements of what it reads, and tells what cannot be parsed. Nothing of it is run. */
const COUNT = `
import ast, json, sys
try:
    tree = ast.parse(sys.stdin.read())
    print(json.dumps({"statements": sum(isinstance(node, ast.stmt) for node in ast.walk(tree))}))
except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
    line, column = getattr(error, "lineno", 1) or 1, getattr(error, "offset", 1) or 1
    print(json.dumps({"statements": 0, "line": line, "column": column, "message": str(getattr(error, "msg", error))}))
`

function messageOfRuff({ code, location, message }: JsonObject): Message {
  const symbol = code === null || code === undefined ? 'None' : String(code)
  const isFatal = symbol === 'None' || ['invalid-syntax', 'E999', 'SyntaxError'].includes(symbol)
  const place = isObject(location) ? location : {}
  const type = isFatal ? 'fatal' : (TYPES.get(symbol.replace(/[^A-Za-z]/g, '')) ?? 'warning')
  return { type, symbol, line: Number(place['row'] ?? 1), column: Number(place['column'] ?? 1), message: String(message) }
}

function messagesOfPython(counted: Json | undefined): Message[] {
  if (!isObject(counted) || counted['message'] === undefined) return []
  return [
    {
      type: 'fatal',
      symbol: 'invalid-syntax',
      line: Number(counted['line']),
      column: Number(counted['column']),
      message: String(counted['message']),
    },
  ]
}

function scoreOf(messages: readonly Message[], statements: number): number {
  const count = (type: string) => messages.filter(message => message.type === type).length
  if (count('fatal') > 0) return 0
  const weight = 5 * count('error') + count('warning') + count('refactor') + count('convention')
  return Math.max(0, 10 - (weight / Math.max(1, statements)) * 10)
}
