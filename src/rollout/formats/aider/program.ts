import type { Usage } from '../../conversation/row.ts'

/** What was typed as a command: to the program alone, or with words in it for the model. Null: it is none. */
export function commandOf(text: string): { isSent: boolean } | null {
  if (text.startsWith('!')) return { isSent: false }
  const command = /^\/([a-z][\w-]*)(\s+\S)?/.exec(text)
  if (command === null) return null
  return { isSent: FOR_THE_MODEL.has(command[1]!) && command[2] !== undefined }
}

const FOR_THE_MODEL = new Set(['ask', 'code', 'architect', 'context', 'help'])

/** The tokens of a response as they are told behind it, rounded from a thousand on; null where the words are others. */
export function usageOf(text: string): Usage | null {
  const told = /^Tokens: ([\d.,]+k?) sent(?:, ([\d.,]+k?) cache write)?(?:, ([\d.,]+k?) cache hit)?, ([\d.,]+k?) received/.exec(text)
  if (told === null) return null
  const cost = /\bCost: \$([\d.]+) message/.exec(text)?.[1]
  return {
    input_tokens: countOf(told[1]),
    output_tokens: countOf(told[4]),
    cached_input_tokens: countOf(told[3]),
    cache_write_tokens: countOf(told[2]),
    reasoning_tokens: null,
    cost_usd: cost === undefined || !Number.isFinite(Number(cost)) ? null : Number(cost),
  }
}

/** A model that the program says it uses. */
export function modelOf(text: string): { name: string; isEditor: boolean } | null {
  const told = /^(Main model|Model|Editor model): (\S{1,200}) with /.exec(text)
  return told === null ? null : { name: told[2]!, isEditor: told[1] === 'Editor model' }
}

/** The file that an edit of the last response was made in. */
export function appliedEdit(text: string): string | null {
  return /^Applied edit to (.{1,1000})$/.exec(text)?.[1] ?? null
}

/** The commit that the program made of the edits. */
export function commitOf(text: string): string | null {
  return /^Commit ([0-9a-f]{7,40}) /.exec(text)?.[1] ?? null
}

function countOf(text: string | undefined): number | null {
  if (text === undefined) return null
  const number = Number(text.replace(/[,k]/g, ''))
  if (!Number.isFinite(number)) return null
  return text.endsWith('k') ? Math.round(number * 1000) : number
}
