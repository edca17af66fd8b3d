import { writeJson } from '../../../../json/exact.ts'
import { isObject, type Json, type JsonObject, numberOrNull, parseJson, stringOrNull } from '../../../../json/json.ts'
import { inlineImageBlock, textOf } from '../../../conversation/blocks.ts'
import type { Block } from '../../../conversation/row.ts'
import { toBlocks } from '../content.ts'
import type { Entry } from '../entry.ts'
import { type ScriptState, scriptStateOf } from './code-mode.ts'
import { exitCodeIn, failureIn, outputIn, reportOf } from './reports.ts'

/** What came of a call. */
export type CallResult = { content: Block[]; exitCode: number | null; isError: boolean | null; isTruncated: boolean }

const EXIT_CODE = /^(?:Process exited with code|Exit code:) (-?\d+)/m
const HEAD = 1000 // characters before the output
const FAILED = /^(?:failed in sandbox|execution error:|exec_command failed|apply_patch verification failed|patch rejected|aborted)/
const TRUNCATED = /^Warning: truncated output|…\d+ (?:tokens|chars|lines) truncated…|\[\.\.\. omitted \d+ of \d+ lines \.\.\.\]/m
const MARKS = ['…', '[... omitted ', 'Warning: truncated output'] // one of them stands wherever the pattern does, and is found fast

/** The result in an output item: what the model saw, and what the text around it says of its success. */
export function resultOf(payload: JsonObject): CallResult {
  const output = payload['output'] ?? payload['tools']
  const content = toBlocks(payload['tools'] === undefined ? output : writeJson(output))
  const text = textOf(content)
  const exitCode = exitCodeOf(text)
  const success = isObject(output) ? (output['success'] ?? payload['success']) : payload['success']
  const isError =
    exitCode !== null ? exitCode !== 0 : typeof success === 'boolean' ? !success : FAILED.test(text.slice(0, 200)) ? true : null
  return { content, exitCode, isError, isTruncated: MARKS.some(mark => text.includes(mark)) && TRUNCATED.test(text) }
}

/** The result of a script: the harness wrote its head, and what a command gave back the script passed on as one text, or as several. */
export function resultOfScript(payload: JsonObject): CallResult & { state: ScriptState | null } {
  const result = resultOf(payload)
  const state = scriptStateOf(textOf(result.content.slice(0, 1)))
  if (state === null) return { ...result, state }
  const codes = result.content.flatMap(block => exitCodePassedOn(block['text']) ?? [])
  const exitCode = state.status === 'completed' && codes.length === 1 ? codes[0]! : null
  const isError = state.status === 'failed' ? true : state.status === 'completed' ? (exitCode ?? 0) !== 0 : null
  return { ...result, exitCode, isError, state }
}

/** The exit code in what Codex gives a script for a command, passed on whole. What else a script prints is its own. */
function exitCodePassedOn(text: Json | undefined): number | null {
  if (typeof text !== 'string' || !text.startsWith('{') || !text.includes('"exit_code"')) return null
  const given = parseJson(text)
  const isCommand = isObject(given) && ('wall_time_seconds' in given || 'chunk_id' in given) && typeof given['output'] === 'string'
  return isCommand ? numberOrNull(given['exit_code']) : null
}

/** Exit codes stand in the head of a text, or in the metadata of a JSON text; never trust what a command printed. */
function exitCodeOf(text: string): number | null {
  if (text.startsWith('{"output":')) {
    const tail = /"metadata":\{"exit_code":(-?\d+)[^{}]*\}\}$/.exec(text.slice(-200))
    return tail === null ? null : Number(tail[1])
  }
  // Most texts name none: then the rest of them need not be searched.
  if (!text.slice(0, HEAD).includes('xit')) return null
  const end = text.indexOf('\nOutput:')
  const found = EXIT_CODE.exec(text.slice(0, end < 0 ? 200 : Math.min(end, HEAD)))
  return found === null ? null : Number(found[1])
}

/** The result an event reports, under the id of its call; null where the event reports none. */
export function resultOfEvent(entry: Entry): { callId: string; result: CallResult } | null {
  const report = reportOf(entry)
  if (report === null || report.id === null) return null
  const result = { content: outputIn(report), exitCode: exitCodeIn(report), isError: failureIn(report), isTruncated: false }
  return { callId: report.id, result }
}

/** The picture an `image_generation_call` holds. */
export function generatedImage(payload: JsonObject): Block[] {
  const data = stringOrNull(payload['result'])
  if (data === null) return []
  return /^(?:data|https?):/.test(data) ? toBlocks([{ type: 'input_image', image_url: data }]) : [inlineImageBlock('image/png', data)]
}
