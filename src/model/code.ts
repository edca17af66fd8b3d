import { findFences } from './fences.ts'

/** What is added to a prompt that asks for code. Dialects of SQL are all asked for as `sql`. */
export function codePrompt(prompt: string, syntax: string): string {
  return `${prompt}

* Your response must be code written in ${labelOf(syntax)}.
* You will follow accepted and common syntax and best-practices.
* Your response will be given in markdown code fences specifying the correct language.
* Only respond with a SINGLE code block.`
}

/** The code of a reply: the last fence, when it is labelled with the syntax or not at all. An `error` can be sent back to the model. */
export function parseCode(text: string, syntax: string): { value: string } | { error: string } {
  const fence = findFences(text).at(-1)
  const label = labelOf(syntax)
  if (fence === undefined) return { error: 'No code found within markdown code fences.' }
  if (fence.language !== '' && fence.language !== label && fence.language !== syntax)
    return { error: `The code fence is labelled '${fence.language}', expected '${label}'.` }
  const code = fence.content.trim()
  return code === '' ? { error: 'The code fence is empty.' } : { value: code }
}

function labelOf(syntax: string): string {
  return syntax.startsWith('sql:') ? 'sql' : syntax
}
