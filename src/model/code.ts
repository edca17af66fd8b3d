import type { Compat } from '../compat.ts'
import { findFences } from './fences.ts'

/** What is added to a prompt that asks for code. Dialects of SQL are all asked for as `sql`. */
export function codePrompt(prompt: string, syntax: string): string {
  return `${prompt}

* Your response must be code written in ${labelOf(syntax)}.
* You will follow accepted and common syntax and best-practices.
* Your response will be given in markdown code fences specifying the correct language.
* Only respond with a SINGLE code block.`
}

/**
 * The code of a reply: the last fence, when it is labelled with the syntax or not at all. An `error` can be sent back to the model. To Data
 * Designer letters of a label count as they are written, and no code is code.
 */
export function parseCode(text: string, syntax: string, compat: Compat | null = null): { value: string } | { error: string } {
  const fence = findFences(text).at(-1)
  const label = labelOf(syntax)
  if (fence === undefined) return { error: 'No code found within markdown code fences.' }
  const found = compat === null ? fence.language : fence.label
  if (found !== '' && found !== label && found !== syntax) return { error: `The code fence is labelled '${found}', expected '${label}'.` }
  const code = fence.content.trim()
  return code === '' && compat === null ? { error: 'The code fence is empty.' } : { value: code }
}

function labelOf(syntax: string): string {
  return syntax.startsWith('sql:') ? 'sql' : syntax
}
