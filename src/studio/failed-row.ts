import type { AskedCell } from '../dataset/run/asked-cells.ts'
import { writeJson } from '../json/exact.ts'
import { isObject, type Json, type JsonObject, stringOrNull } from '../json/json.ts'
import { visible, visibleLine } from '../visible.ts'
import type { Clip, FailedQuestion, FailedRow } from './api.ts'
import { type ClipSize, clip } from './clip.ts'
import { kindOf, reasonOf } from './run-losses.ts'

/** A failed row as a page shows it. `rows`: all that failed. */
export function failedRow(
  reject: JsonObject,
  { rows, place, cell }: { rows: readonly JsonObject[]; place: number; cell: AskedCell | null },
): FailedRow {
  const keyAt = (i: number) => (rows[i] === undefined ? null : String(rows[i]['row']))
  const column = stringOrNull(reject['column'])
  return {
    row: String(reject['row']),
    column: column === null ? null : visibleLine(column),
    kind: kindOf(reject),
    reason: visible(reasonOf(reject)),
    attempts: Number(reject['attempts'] ?? 1),
    total: rows.length,
    place,
    before: keyAt(place - 1),
    next: keyAt(place + 1),
    questions: (cell?.questions ?? []).slice(0, MAX_QUESTIONS).map(questionOf),
    entry: clip(writeJson(reject, 2), WHOLE),
  }
}

/** Of a prompt or a reply of one row that is looked at: nearly all are whole. */
const WHOLE: ClipSize = { lines: 5000, characters: 300_000 }

/** Questions of one row that are shown; a conversation that goes on and on is cut. */
const MAX_QUESTIONS = 50

function questionOf(question: AskedCell['questions'][number]): FailedQuestion {
  return {
    reply_key: visibleLine(question.reply_key),
    alias: visibleLine(question.alias),
    model: visibleLine(question.model),
    provider: visibleLine(question.provider),
    endpoint: visibleLine(question.endpoint),
    parameters: visible(writeJson(question.parameters)),
    same_messages: question.same_messages,
    messages: question.messages.map(message => ({
      role: visibleLine(isObject(message) ? String(message['role']) : 'message'),
      text: textOf(isObject(message) ? (message['content'] ?? '') : message),
    })),
    calls: question.calls.map(call => {
      const reply = 'reply' in call ? call.reply : null
      const error = 'error' in call ? call.error : null
      return {
        at: call.at,
        // As the server wrote it, thoughts and all.
        reply: reply === null ? null : textOf(reply['written'] ?? reply['refusal'] ?? (reply['text'] || (reply['value'] ?? ''))),
        reasoning: stringOrNull(reply?.['reasoning']) === null ? null : textOf(reply!['reasoning']!),
        ended: stringOrNull(reply?.['finish_reason']) === null ? null : visibleLine(String(reply!['finish_reason'])),
        error: error === null ? null : visible(error.message),
        body: error === null || error.body === '' ? null : textOf(error.body),
      }
    }),
  }
}

function textOf(value: Json): Clip {
  return clip(typeof value === 'string' ? value : writeJson(value, 2), WHOLE)
}
