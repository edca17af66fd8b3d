import type { JsonObject } from '../../json/json.ts'
import { textBlock } from './blocks.ts'
import { harnessWordsOf, partsOf } from './harness-words.ts'
import type { Block, Boundary, Origin } from './row.ts'

/** Whose words a message in the user's role holds. `content`: with what was glued to typed words in blocks of its own. */
export type Voice = { content: Block[]; origin: Origin; boundary: Boundary | null; extra: JsonObject }

/**
 * Whose words a message in the user's role holds, by how its texts begin, for logs whose records do not say. `owner` is whose they are
 * where nothing speaks against it: a person's, or in a spawned agent's log its spawner's.
 */
export function voiceOf(content: readonly Block[], owner: Origin): Voice {
  const texts = content.flatMap(block => (typeof block['text'] === 'string' ? [block['text']] : []))
  const found = texts.map(harnessWordsOf)
  const told = found.find(words => words?.harness === 'interruption' || words?.harness === 'compaction') ?? null
  const words = told ?? (found.length > 0 && found.length === content.length && !found.includes(null) ? found[0]! : null)
  if (words === null) {
    const apart = toldApart(content)
    const extra: JsonObject = apart === null ? {} : { injected_blocks: apart.injected }
    return { content: apart?.content ?? [...content], origin: owner, boundary: null, extra }
  }
  const boundary = words.harness === 'interruption' || words.harness === 'compaction' ? words.harness : null
  return { content: [...content], origin: words.origin, boundary, extra: { harness: words.harness } }
}

/** What a harness put into a message, in blocks of its own, and which blocks these are; null where it put in nothing. */
export function toldApart(content: readonly Block[]): { content: Block[]; injected: number[] } | null {
  const blocks: Block[] = []
  const injected: number[] = []
  const add = (block: Block, isInjected: boolean) => {
    if (blocks.push(block) > 0 && isInjected) injected.push(blocks.length - 1)
  }
  for (const block of content) {
    const { text } = block
    if (block.type !== 'text' || typeof text !== 'string') add(block, false)
    else if (harnessWordsOf(text) !== null) add(block, true)
    else for (const part of partsOf(text)) add(textBlock(part.text), part.injected)
  }
  return injected.length === 0 ? null : { content: blocks, injected }
}
