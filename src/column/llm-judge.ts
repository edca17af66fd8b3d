import { type Fields, listAt, refuse, stringAt } from '../fields.ts'
import { writeJson } from '../json/exact.ts'
import { isObject, type Json, type JsonObject } from '../json/json.ts'
import { type Conversation, type ConverseOptions, generateStructured } from '../model/converse.ts'
import type { Model, ModelRequest } from '../model/model.ts'
import { type CommonColumnOptions, defineColumn, type Generator, type Problem, type TemplateMode } from './column.ts'
import { commonFromJSON } from './common-settings.ts'
import { checkedEvidence, withEvidence } from './judge-evidence.ts'
import { judgeSchema } from './judge-schema.ts'
import { PROMPT_FIELDS, type PromptOptions, promptFromJSON } from './prompt.ts'
import { PromptedColumn } from './prompted-column.ts'
import { promptedExample } from './prompted-example.ts'
import { Score } from './score.ts'

/** A cell in which a model judges by rubrics: `{ <score>: { reasoning, score } }`. A value nobody declared is asked for again, never stored. */
export class LLMJudgeColumnConfig extends PromptedColumn {
  override readonly columnType = 'llm-judge'
  /** Rubrics, each of which gets a score and a reasoning. */
  readonly scores: readonly Score[]
  /** Column that is judged, messages or text: each score then has passages of it as evidence, which are looked for in it. Null: none is asked for. */
  readonly evidence: string | null

  constructor(
    options: CommonColumnOptions & PromptOptions & Pick<LLMJudgeColumnConfig, 'scores'> & Partial<Pick<LLMJudgeColumnConfig, 'evidence'>>,
  ) {
    super(options, FIELDS)
    const where = `column '${this.name}'`
    if (options.scores.length === 0) refuse('scores: found none, expected at least one', where)
    this.scores = [...options.scores]
    this.evidence = options.evidence ?? null
  }

  override get requiredColumns(): readonly string[] {
    return this.evidence === null ? super.requiredColumns : [...new Set([...super.requiredColumns, this.evidence])]
  }

  override problems(columns: ReadonlySet<string>, profile?: TemplateMode['profile']): Problem[] {
    const names = this.scores.map(({ name }) => name)
    const repeated = names.find((name, i) => names.indexOf(name) !== i)
    // To Data Designer the last of a name is the one that counts.
    const isRefused = repeated !== undefined && (profile === undefined || profile === 'full')
    const twice: Problem[] = isRefused ? [{ level: 'error', column: this.name, message: `scores: found '${repeated}' twice` }] : []
    return [...super.problems(columns, profile), ...twice]
  }

  override open(mode: TemplateMode): Generator {
    const generator = super.open(mode)
    const { evidence, name } = this
    if (evidence === null || generator.kind !== 'row') return generator
    return {
      kind: 'row',
      generate: async (row, context) =>
        (await generator.generate(row, context)).map(made => ({
          ...made,
          [name]: checkedEvidence(made[name] ?? null, row[evidence] ?? null),
        })),
    }
  }

  protected override ask(model: Model, request: ModelRequest, options: ConverseOptions): Promise<Conversation<Json>> {
    const schema = judgeSchema(this.scores, (options.compat ?? null) !== null)
    const shape = this.evidence === null ? schema : withEvidence(schema, this.evidence)
    return generateStructured(model, request, shape, { ...options, lenientChoices: true })
  }

  protected override shapeJSON(): JsonObject {
    return { scores: this.scores.map(score => score.toJSON()), ...(this.evidence === null ? {} : { evidence: this.evidence }) }
  }
}

const FIELDS: Fields = {
  ...PROMPT_FIELDS,
  scores: ['list of objects', '', 'what is judged, at least one thing'],
  evidence: ['text', 'null', 'column that is judged, messages or text: each score then quotes it, and the quotations are looked for in it'],
}

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
    return new LLMJudgeColumnConfig({ ...common, ...promptFromJSON(config, where), scores, evidence: stringAt(config, 'evidence', where) })
  },
  example: promptedExample(
    'quality',
    { scores: [{ name: 'clarity', description: 'How clear the question is', options: { 1: 'unclear', 2: 'clear' } }] },
    { evidence: 'messages' },
  ),
})
