import type { JsonObject } from '../json/json.ts'
import { compareCodePoints } from '../python/text.ts'
import type { Score } from './score.ts'

/**
 * The shape of a judge's answer: for each score its reasoning, then the value. Laid out as Data Designer lays it out, keys and order too.
 * `asWritten` leaves values that were written as text as text, as Data Designer does.
 */
export function judgeSchema(scores: readonly Score[], asWritten = false): JsonObject {
  const keyOf = (name: string) => (asWritten ? name.replace(/[^\w.-]/g, '_') : name)
  const definitions = scores.flatMap(score => [
    [keyOf(score.name), scoreSchema(score, keyOf)] as const,
    [
      keyOf(`${score.name}Enum`),
      enumSchema(score, asWritten ? score.rubric.map(([value]) => (score.isRead ? String(value) : value)) : score.values),
    ] as const,
  ])
  const names = scores.map(({ name }) => name)
  return {
    $defs: Object.fromEntries(definitions.sort(([a], [b]) => compareCodePoints(a, b))),
    description: `Response schema for scores with the following names: [${names.map(name => `'${name}'`).join(', ')}].`,
    properties: Object.fromEntries(names.map(name => [name, { $ref: `#/$defs/${pointer(keyOf(name))}` }])),
    required: [...new Set(names)],
    title: 'JudgeStructuredOutput',
    type: 'object',
  }
}

function enumSchema({ name }: Score, values: (number | string)[]): JsonObject {
  return { enum: values, title: `${name}Enum`, ...typeOf(values) }
}

function scoreSchema({ name, description, rubric }: Score, keyOf: (name: string) => string): JsonObject {
  const meanings = rubric.map(([value, meaning]) => `* ${value}: ${meaning}`)
  return {
    ...(description === '' ? {} : { description }),
    properties: {
      reasoning: { description: 'Reasoning for the assigned score.', title: 'Reasoning', type: 'string' },
      score: {
        $ref: `#/$defs/${pointer(keyOf(`${name}Enum`))}`,
        description: `Score Descriptions for ${name}Enum:\n${meanings.join('\n')}`,
      },
    },
    required: ['reasoning', 'score'],
    title: name,
    type: 'object',
  }
}

/** Values of both kinds have no type of their own. */
function typeOf(values: readonly (number | string)[]): JsonObject {
  if (values.every(value => typeof value === 'number')) return { type: 'integer' }
  return values.every(value => typeof value === 'string') ? { type: 'string' } : {}
}

/** A name as a step of a JSON pointer in a URI fragment. */
function pointer(name: string): string {
  return encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))
}
