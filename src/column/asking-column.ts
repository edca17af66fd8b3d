import type { Fields } from '../fields.ts'
import type { CommonColumnOptions, Problem, TemplateMode } from './column.ts'
import { ConfiguredColumn } from './configured-column.ts'
import { type Prompt, type PromptOptions, promptFrom, promptProblems, promptReferences } from './prompt.ts'

/** What all columns share that put a prompt before a model, whatever they ask it for. */
export abstract class AskingColumn extends ConfiguredColumn {
  /** The question, with every default filled in. */
  readonly prompt: Prompt

  constructor(options: CommonColumnOptions & PromptOptions, fields: Fields) {
    super(options, fields)
    this.prompt = promptFrom(options)
  }

  override get requiredColumns(): readonly string[] {
    return promptReferences(this.prompt)
  }

  override get modelAliases(): readonly string[] {
    return [this.prompt.modelAlias]
  }

  override problems(columns: ReadonlySet<string>, profile?: TemplateMode['profile']): Problem[] {
    return promptProblems(this.name, this.prompt, columns, profile)
  }
}
