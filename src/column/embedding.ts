import { TracewrightError } from '../errors.ts'
import { type Fields, requiredStringAt } from '../fields.ts'
import { readJsonOr, writeJson } from '../json/exact.ts'
import { isObject, type Json, type JsonObject } from '../json/json.ts'
import { ownValue, setOwn } from '../json/own.ts'
import { parsePythonLiteral } from '../python/literal.ts'
import { OddValue } from '../python/odd-value.ts'
import type { Row } from '../row.ts'
import { type CommonColumnOptions, defineColumn, type Generator, type Problem, type TemplateMode } from './column.ts'
import { commonFromJSON } from './common-settings.ts'
import { ConfiguredColumn } from './configured-column.ts'
import { listIn } from './picture.ts'
import { templateRow } from './template-row.ts'

/** Vectors of the texts of another column: `{ embeddings, num_embeddings, dimension }`. A list of texts, or one as JSON, has a vector for each. */
export class EmbeddingColumnConfig extends ConfiguredColumn {
  override readonly columnType = 'embedding'
  /** Column with the texts. */
  readonly targetColumn: string
  /** Alias of the model that embeds them. */
  readonly modelAlias: string

  constructor(
    options: CommonColumnOptions & {
      /** Column with the texts. */
      targetColumn: string
      /** Alias of the model that embeds them. */
      modelAlias: string
    },
  ) {
    super(options, FIELDS)
    this.targetColumn = options.targetColumn
    this.modelAlias = options.modelAlias
  }

  override get requiredColumns(): readonly string[] {
    return [this.targetColumn]
  }

  override get modelAliases(): readonly string[] {
    return [this.modelAlias]
  }

  override problems(): Problem[] {
    return []
  }

  override open(mode: TemplateMode): Generator {
    const textsOf = mode.compat ? textsOfDataDesigner : textsIn
    return {
      kind: 'row',
      generate: async (row, { model: modelOf, random, signal }) => {
        const seen = templateRow(row, mode) as Row
        const cell = ownValue(row, this.targetColumn) ?? null
        if (cell instanceof OddValue) throw notEmbedded(cell.kept, this.name, `a text; to Data Designer it is a ${cell.typeName}`)
        const texts = textsOf(ownValue(seen, this.targetColumn) ?? null, this.name)
        const { model, parameters } = modelOf(this.modelAlias)
        const messages = texts.map(content => ({ role: 'user' as const, content }))
        const reply =
          texts.length === 0 ? null : await model.generate({ messages, embeds: true, parameters: parameters(random) }, { signal })
        const embeddings = reply === null ? [] : (readJsonOr(reply.text) as number[][])
        const made: Row = { ...row }
        setOwn(made, this.name, { embeddings, num_embeddings: embeddings.length, dimension: embeddings[0]?.length ?? 0 })
        return [made]
      },
    }
  }

  protected override ownJSON(): JsonObject {
    return { target_column: this.targetColumn, model_alias: this.modelAlias }
  }
}

/**
 * What Data Designer embeds of a cell whose JSON was read already: text alone, and where it is a list as Python writes one, its items. A
 * list itself fails it.
 */
function textsOfDataDesigner(value: Json, name: string): string[] {
  if (typeof value !== 'string') throw notEmbedded(value, name, 'a text; a list is none to Data Designer')
  const text = value.trim().replace(/,\s*(?=[\]}])/g, '')
  const list = readJsonOr(text) ?? parsePythonLiteral(text)
  if (list === undefined) return [value.trim()]
  const items = typeof list === 'string' ? [...list] : Array.isArray(list) ? list : isObject(list) ? Object.keys(list) : [null]
  return items.map(item => {
    if (typeof item === 'string') return item.trim()
    throw notEmbedded(item, name, 'texts')
  })
}

function textsIn(value: Json, name: string): string[] {
  const items = Array.isArray(value) ? value : (listIn(value) ?? [value])
  return items.map(item => {
    if (typeof item === 'string' && item.trim() !== '') return item
    throw notEmbedded(item, name, 'a text or a list of texts')
  })
}

function notEmbedded(found: Json, name: string, expected: string): TracewrightError {
  return new TracewrightError('column', `Cannot embed for column '${name}': found ${writeJson(found).slice(0, 60)}, expected ${expected}`)
}

const FIELDS: Fields = {
  target_column: ['text', '', 'column with a text, or a list of texts'],
  model_alias: ['text', '', 'which model: an alias of `model_configs`'],
}

export const embedding = defineColumn({
  name: 'embedding',
  description: 'Vectors of the texts of another column, by a model that embeds',
  fields: FIELDS,
  fromJSON: config => {
    const common = commonFromJSON(config, FIELDS)
    const where = `column '${common.name}'`
    const targetColumn = requiredStringAt(config, 'target_column', where)
    return new EmbeddingColumnConfig({ ...common, targetColumn, modelAlias: requiredStringAt(config, 'model_alias', where) })
  },
  example: {
    name: 'question_vector',
    needs: { target_column: 'question', model_alias: 'writer' },
    row: { question: 'How is a kite mended?', kept: [1, { a: null }] },
    reads: ['question'],
    models: ['writer'],
  },
})
