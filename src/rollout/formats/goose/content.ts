import { isObject, type Json, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { textBlock } from '../../conversation/blocks.ts'
import { blocksOf } from '../../conversation/parts.ts'
import type { Block } from '../../conversation/row.ts'

/** What a tool gave back: what the model is given of it; what only the person is shown stands beside it. */
export function resultOf(result: Json | undefined): { content: Block[]; isError: boolean | null; extra: JsonObject } {
  const told = isObject(result) ? result : {}
  if (told['status'] === 'error') return { content: [textBlock(stringOrNull(told['error']) ?? '')], isError: true, extra: {} }
  const value = told['value'] ?? null
  const items = (Array.isArray(value) ? value : isObject(value) && Array.isArray(value['content']) ? value['content'] : []).filter(isObject)
  const isError = isObject(value) && typeof value['isError'] === 'boolean' ? value['isError'] : null
  const structured = isObject(value) ? (value['structuredContent'] ?? null) : null
  const shown = items.filter(item => !isForModel(item))
  return {
    content: items.filter(isForModel).flatMap(blockOf),
    isError,
    extra: { ...(shown.length === 0 ? {} : { shown }), ...(structured === null ? {} : { structured }) },
  }
}

function isForModel({ annotations }: JsonObject): boolean {
  const audience = isObject(annotations) ? annotations['audience'] : null
  return !Array.isArray(audience) || audience.length === 0 || audience.includes('assistant')
}

/** A piece of a result without the remark whom it is for; of a resource its text. */
function blockOf(item: JsonObject): Block[] {
  const { annotations: _, ...rest } = item
  const resource = isObject(rest['resource']) ? rest['resource'] : {}
  return typeof resource['text'] === 'string' ? [textBlock(resource['text'])] : blocksOf([rest])
}
