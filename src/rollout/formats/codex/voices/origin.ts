import { harnessWordsOf } from '../../../conversation/harness-words.ts'
import type { Block } from '../../../conversation/row.ts'
import type { Voice } from '../entry.ts'

/**
 * Judge a message in the user role. What the record says of its blocks counts first, then that the client reported this very text as
 * typed, then how the text begins. A message of which one block is a person's is that person's.
 */
export function voiceOf(content: readonly Block[], kinds: readonly string[] | null, isReportedAsTyped: (text: string) => boolean): Voice {
  const known = kinds?.filter(kind => kind !== 'unknown') ?? []
  if (known.some(kind => kind.startsWith('user.'))) return HUMAN
  if (known.length > 0 && known.length === kinds?.length)
    return { origin: known.every(kind => kind.startsWith('hook')) ? 'hook' : 'harness', harness: [...new Set(known)].join(' ') }
  const texts = content.flatMap(block => (typeof block['text'] === 'string' ? [block['text']] : []))
  if (texts.some(isReportedAsTyped)) return HUMAN
  const found = texts.map(text => harnessWordsOf(text))
  const first = found[0]
  if (first == null || found.includes(null)) return HUMAN
  return { origin: first.origin, harness: [...new Set(found.map(words => words!.harness))].join(' ') }
}

/** As nearly all are: one for all of them. */
const HUMAN: Voice = { origin: 'human', harness: null }
