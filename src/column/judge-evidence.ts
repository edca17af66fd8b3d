import { isObject, type Json, type JsonObject } from '../json/json.ts'
import { setOwn } from '../json/own.ts'
import { placeOfQuote, quotableTexts } from '../quotation.ts'

/** The shape of a judge's answer in which each score has what it is judged by, word for word. */
export function withEvidence(schema: JsonObject, column: string): JsonObject {
  const quote = { description: `A passage of ${column}, copied word for word.`, type: 'string' }
  const message = {
    anyOf: [{ type: 'integer', minimum: 0 }, { type: 'null' }],
    description: `Index of the message of ${column} it stands in, counted from 0.`,
  }
  const evidence = {
    description: 'The passages that show it.',
    items: { type: 'object', properties: { message, quote }, required: ['message', 'quote'] },
    type: 'array',
  }
  const definitions = Object.entries(schema['$defs'] as JsonObject).map(([name, definition]) => {
    if (!isObject(definition) || !isObject(definition['properties'])) return [name, definition] as const
    const { reasoning, ...others } = definition['properties']
    // Before the score: a model judges by what it has written.
    return [name, { ...definition, properties: { reasoning, evidence, ...others }, required: ['reasoning', 'evidence', 'score'] }] as const
  })
  return { ...schema, $defs: Object.fromEntries(definitions) as JsonObject }
}

/** A judge's answer with its evidence checked against what was judged: `stands`, and the message where each quotation stands. */
export function checkedEvidence(answer: Json, judged: Json): Json {
  if (!isObject(answer)) return answer
  const texts = quotableTexts(judged)
  const isConversation = Array.isArray(judged)
  const checked: JsonObject = {}
  for (const [name, score] of Object.entries(answer)) {
    const evidence = isObject(score) && Array.isArray(score['evidence']) ? score['evidence'].filter(isObject) : null
    if (evidence === null) setOwn(checked, name, score as Json)
    else
      setOwn(checked, name, {
        ...(score as JsonObject),
        evidence: evidence.map(({ message, quote }) => {
          const named = typeof message === 'number' && Number.isSafeInteger(message) ? message : null
          const place = placeOfQuote(String(quote), named, texts)
          return { message: isConversation ? (place?.index ?? named) : null, quote: String(quote), stands: place !== null }
        }),
      })
  }
  return checked
}
