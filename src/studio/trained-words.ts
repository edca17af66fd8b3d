import { isObject, type Json, stringOrNull } from '../json/json.ts'
import { quotableTexts } from '../quotation.ts'
import type { Row } from '../row.ts'
import { visible, visibleLine } from '../visible.ts'
import type { ExportRow } from './api.ts'
import { clip } from './clip.ts'

/** Which words of a row of an export are trained, as its manifest says; null where the two do not go together. */
export function trainedMessages(row: Row, manifest: Row | null): ExportRow['messages'] {
  const train = manifest === null || !Array.isArray(manifest['train']) ? null : manifest['train']
  if (train === null) return null
  const own = Object.entries(row).flatMap(([name, value]) => (LISTS.includes(name) ? listOf(value) : []))
  const behind = listOf(manifest!['messages'] ?? null)
  const messages = own.length === train.length ? own : behind.length === train.length ? behind : null
  return (
    messages?.map((message, i) => ({
      role: visibleLine(roleOf(message)),
      text: clip(quotableTexts([message])[0]!),
      trained: train[i] === true,
    })) ?? null
  )
}

/** Where dialects put messages. */
const LISTS = ['messages', 'conversations', 'steps', 'prompt', 'chosen', 'rejected', 'completion']

/** Label of a token that is not trained. */
const IGNORED = -100

/** Stretches of tokens that are told of a row. */
const MAX_SPANS = 500

/** Which tokens of a row are trained, where it is made of tokens; with their text where the manifest has it. */
export function trainedTokens({ labels }: Row, manifest: Row | null = null): ExportRow['tokens'] {
  if (!Array.isArray(labels)) return null
  const spans: [number, number][] = []
  let trained = 0
  for (const [at, label] of labels.entries()) {
    if (Number(label) === IGNORED) continue
    trained++
    const last = spans.at(-1)
    if (last !== undefined && last[1] === at) last[1] = at + 1
    else if (spans.length < MAX_SPANS) spans.push([at, at + 1])
  }
  return { total: labels.length, trained, spans, pieces: piecesIn(manifest?.['pieces'] ?? null) }
}

/** Characters of a piece that are sent; where training begins and ends is what is looked for. */
const PIECE_CHARACTERS = 4000

function piecesIn(value: Json): NonNullable<ExportRow['tokens']>['pieces'] {
  const pieces = listOf(value) as Row[]
  if (pieces.length === 0) return null
  return pieces.slice(0, MAX_SPANS).map(piece => {
    const text = stringOrNull(piece['text']) ?? ''
    const left_out = Math.max(0, text.length - PIECE_CHARACTERS)
    return { trained: piece['trained'] === true, text: visible(text.slice(0, PIECE_CHARACTERS)), left_out }
  })
}

function listOf(value: Json): Json[] {
  return Array.isArray(value) && value.every(isObject) ? value : []
}

function roleOf(message: Json): string {
  if (!isObject(message)) return 'message'
  return stringOrNull(message['role']) ?? stringOrNull(message['from']) ?? stringOrNull(message['source']) ?? 'message'
}
