import type { JsonObject } from '../json/json.ts'
import { compareCodePoints } from '../python/text.ts'
import type { Score } from './score.ts'

/** The shape of a judge's answer: for each score its reasoning, then the value. Laid out as Data Designer lays it out, keys and order too. */
export function judgeSchema(scores: readonly Score[]): JsonObject {
  const definitions = scores.flatMap(score => [
    [score.name, scoreSchema(score)] as const,
    [`${score.name}Enum`, { enum: score.values, title: `${score.name}Enum`, ...typeOf(score.values) }] as const,
  ])
  const names = scores.map(({ name }) => name)
  return {
    $defs: Object.fromEntries(definitions.sort(([a], [b]) => compareCodePoints(a, b))),
    description: `Response schema for scores with the following names: [${names.map(name => `'${name}'`).join(', ')}].`,
    properties: Object.fromEntries(names.map(name => [name, { $ref: `#/$defs/${pointer(name)}` }])),
    required: names,
    title: 'JudgeStructuredOutput',
    type: 'object',
  }
}

function scoreSchema({ name, description, options }: Score): JsonObject {
  const meanings = Object.entries(options).map(([value, meaning]) => `* ${value}: ${meaning}`)
  return {
    ...(description === '' ? {} : { description }),
    properties: {
      reasoning: { description: 'Reasoning for the assigned score.', title: 'Reasoning', type: 'string' },
      score: {
        $ref: `#/$defs/${pointer(name)}Enum`,
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
