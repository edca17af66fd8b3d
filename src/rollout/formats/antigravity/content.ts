import { writeJson } from '../../../json/exact.ts'
import { isObject, type Json, parseJson } from '../../../json/json.ts'
import { argumentsText } from '../../conversation/arguments.ts'

/** The text of a step; of a list of texts, all of them. */
export function textIn(content: Json | undefined): string {
  if (typeof content === 'string') return content
  if (isObject(content) && typeof content['text'] === 'string') return content['text']
  if (Array.isArray(content) && content.every(item => typeof item === 'string' || (isObject(item) && typeof item['text'] === 'string')))
    return content.map(textIn).join('\n\n')
  return content === undefined || content === null ? '' : writeJson(content)
}

/** What was typed, and what the program put around it: pieces of the text, in order, and which of them are the program's. */
export function requestIn(text: string): { texts: string[]; injected: number[] } {
  const opens = /^\s*<USER_REQUEST>\n?/.exec(text)
  if (opens === null) return { texts: text === '' ? [] : [text], injected: [] }
  const from = opens[0].length
  const end = text.indexOf('</USER_REQUEST>', from)
  const to = end < 0 ? text.length : text[end - 1] === '\n' && end - 1 >= from ? end - 1 : end
  const texts = [text.slice(0, from), text.slice(from, to), text.slice(to)].filter(piece => piece !== '')
  const typed = texts.indexOf(text.slice(from, to))
  return { texts, injected: texts.flatMap((_, i) => (i === typed ? [] : [i])) }
}

/** The model that was chosen with a prompt, as the program calls it. */
export function modelIn(text: string): string | null {
  return (
    /<USER_SETTINGS_CHANGE>[^<]{0,4000}?setting `Model Selection` from [^\n]{1,200}? to ([^\n]{1,100}?)\.(?:\s|$)/.exec(text)?.[1] ?? null
  )
}

/** The arguments of a call: the transcript has each as JSON text of its own. */
export function argumentsOf(args: Json | undefined, written: string | null): string {
  if (!isObject(args)) return argumentsText(args)
  const entries = Object.entries(args)
  const isEncoded = entries.length > 0 && entries.every(([, value]) => typeof value === 'string' && parseJson(value) !== undefined)
  if (!isEncoded) return argumentsText(args, written)
  return `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${String(value)}`).join(',')}}`
}
