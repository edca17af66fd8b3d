import { type Fields, listAt, refuse } from '../fields.ts'
import { writeJson } from '../json/exact.ts'
import { isObject, type Json, type JsonObject } from '../json/json.ts'
import { type Conversation, type ConverseOptions, generateStructured } from '../model/converse.ts'
import type { Model, ModelRequest } from '../model/model.ts'
import { type CommonColumnOptions, defineColumn } from './column.ts'
import { judgeSchema } from './judge-schema.ts'
import { PROMPT_FIELDS, type PromptOptions, promptFromJSON } from './prompt.ts'
import { PromptedColumn } from './prompted-column.ts'
import { promptedExample } from './prompted-example.ts'
import { Score } from './score.ts'
import { commonFromJSON } from './settings.ts'

/** A cell in which a model judges by rubrics: `{ <score>: { reasoning, score } }`. A value nobody declared is asked for again, never stored. */
export class LLMJudgeColumnConfig extends PromptedColumn {
  override readonly columnType = 'llm-judge'
  /** Rubrics, each of which gets a score and a reasoning. */
  readonly scores: readonly Score[]

  constructor(options: CommonColumnOptions & PromptOptions & { scores: readonly Score[] }) {
    super(options, FIELDS)
    const where = `column '${this.name}'`
    const names = options.scores.map(({ name }) => name)
    if (names.length === 0) refuse('scores: found none, expected at least one', where)
    const repeated = names.find((name, i) => names.indexOf(name) !== i)
    if (repeated !== undefined) refuse(`scores: found '${repeated}' twice`, where)
    this.scores = [...options.scores]
  }

  protected override ask(model: Model, request: ModelRequest, options: ConverseOptions): Promise<Conversation<Json>> {
    return generateStructured(model, request, judgeSchema(this.scores, options.asDataDesigner), { ...options, lenientChoices: true })
  }

  protected override shapeJSON(): JsonObject {
    return { scores: this.scores.map(score => score.toJSON()) }
  }
}

const FIELDS: Fields = { ...PROMPT_FIELDS, scores: ['list of objects', '', 'what is judged, at least one thing'] }

export const llmJudge = defineColumn({
  name: 'llm-judge',
  description: 'Scores a model gives by rubrics, each with its reasoning',
  fields: FIELDS,
  fromJSON: config => {
    const common = commonFromJSON(config, FIELDS)
    const where = `column '${common.name}'`
    const scores = (listAt(config, 'scores', where) ?? []).flatMap(score => {
      if (isObject(score)) return Score.fromJSON(score, where)
      refuse(`scores: found ${writeJson(score)}, expected objects with name, description and options`, where)
      return []
    })
    return new LLMJudgeColumnConfig({ ...common, ...promptFromJSON(config, where), scores })
  },
  example: promptedExample('quality', {
    scores: [{ name: 'clarity', description: 'How clear the question is', options: { 1: 'unclear', 2: 'clear' } }],
  }),
})
