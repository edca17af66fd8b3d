import { writeJson } from '../../../json/exact.ts'
import { isObject, type Json, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { imageBlock, inlineImageBlock, textBlock } from '../../conversation/blocks.ts'
import type { Block, Origin } from '../../conversation/row.ts'

/** Content of a message as Copilot Chat keeps it: kinds of parts are numbers. Marks of the cache hold nothing. */
export function contentOf(content: Json | undefined): Block[] {
  if (typeof content === 'string') return content === '' ? [] : [textBlock(content)]
  const parts = Array.isArray(content) ? content.filter(isObject) : []
  return parts.flatMap((part): Block[] => {
    if (part['type'] === 1 || part['type'] === 'text')
      return typeof part['text'] === 'string' && part['text'] !== '' ? [textBlock(part['text'])] : []
    const image = isObject(part['imageUrl']) ? part['imageUrl'] : null
    if (image !== null && typeof image['url'] === 'string') return [imageBlock(image['url'])]
    return part['type'] === 3 ? [] : [{ type: 'unknown', value: part }]
  })
}

/** Whose words a prompt is, as it was sent: what a person typed stands in an element of its own. */
export function voiceOf(blocks: readonly Block[]): { content: Block[]; origin: Origin; extra: JsonObject } {
  const content: Block[] = []
  const injected: number[] = []
  let isTyped = false
  for (const block of blocks) {
    const text = block.type === 'text' ? stringOrNull(block['text']) : null
    const found = text === null ? null : TYPED.exec(text)
    if (text === null) content.push(block)
    else if (found !== null) {
      isTyped = true
      for (const [piece, isInjected] of [
        [text.slice(0, found.index), true],
        [found[0], false],
        [text.slice(found.index + found[0].length), true],
      ] as const)
        if (piece !== '' && content.push(textBlock(piece)) > 0 && isInjected) injected.push(content.length - 1)
    } else {
      content.push(block)
      if (CONTEXT.test(text)) injected.push(content.length - 1)
    }
  }
  const isContext = !isTyped && injected.length > 0 && injected.length === content.length
  if (isContext) return { content: [...blocks], origin: 'harness', extra: { harness: 'environment_context' } }
  return { content, origin: 'human', extra: injected.length > 0 ? { injected_blocks: injected } : {} }
}

const TYPED = /<(userRequest|user_query|userPrompt|prompt)>[\s\S]*?<\/\1>/
const CONTEXT =
  /^\s*<(?:environment_info|workspace_info|context|reminderInstructions|attachments|editorContext|repoContext|reminder|instructions|userPreferences)>/

/** What a tool gave back: texts, trees of them, and data with a type. */
export function resultOf(result: Json | undefined): Block[] {
  const parts = isObject(result) && Array.isArray(result['content']) ? result['content'].filter(isObject) : []
  return parts.flatMap((part): Block[] => {
    const { value, mimeType, data } = part
    if (typeof value === 'string') return value === '' ? [] : [textBlock(value)]
    if (isObject(value) && isObject(value['node'])) return [textBlock(leavesOf(value['node']))]
    const base64 = isObject(data) ? stringOrNull(data['$base64']) : stringOrNull(data)
    if (typeof mimeType === 'string' && mimeType.startsWith('image/') && base64 !== null) return [inlineImageBlock(mimeType, base64)]
    return [textBlock(writeJson(part))]
  })
}

/** The texts of a tree, in order. Trees of logs may be deep: no call for each level. */
function leavesOf(root: JsonObject): string {
  const texts: string[] = []
  const pending: Json[] = [root]
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (!isObject(node)) continue
    if (typeof node['text'] === 'string') texts.push(node['text'])
    if (Array.isArray(node['children'])) for (const child of node['children'].toReversed()) pending.push(child)
  }
  return texts.join('')
}
