import { choiceAt, type Fields, refuse } from '../fields.ts'
import type { Json, JsonObject } from '../json/json.ts'
import { codePrompt } from '../model/code.ts'
import { type Conversation, type ConverseOptions, generateCode } from '../model/converse.ts'
import { withLastUserText } from '../model/messages.ts'
import type { Model, ModelRequest } from '../model/model.ts'
import { nearest } from '../nearest.ts'
import { type CommonColumnOptions, defineColumn } from './column.ts'
import { commonFromJSON } from './common-settings.ts'
import { PROMPT_FIELDS, type PromptOptions, promptFromJSON } from './prompt.ts'
import { PromptedColumn } from './prompted-column.ts'
import { promptedExample } from './prompted-example.ts'

/** Languages by their names in configs. */
export const CODE_LANGS = [
  ...(['bash', 'c', 'cobol', 'cpp', 'csharp', 'go', 'java', 'javascript', 'kotlin', 'python', 'ruby', 'rust', 'scala', 'swift'] as const),
  ...(['typescript', 'sql:sqlite', 'sql:tsql', 'sql:bigquery', 'sql:mysql', 'sql:postgres', 'sql:ansi'] as const),
]

/** A language code can be asked for in, as configs name it; SQL comes with its dialect. */
export type CodeLang = (typeof CODE_LANGS)[number]

/** A cell of code that a model writes: what the last code fence of its reply holds. */
export class LLMCodeColumnConfig extends PromptedColumn {
  override readonly columnType = 'llm-code'
  /** Language, for SQL with its dialect. */
  readonly codeLang: CodeLang

  constructor(options: CommonColumnOptions & PromptOptions & Pick<LLMCodeColumnConfig, 'codeLang'>) {
    super(options, FIELDS)
    if (!CODE_LANGS.includes(options.codeLang)) {
      const guess = nearest(String(options.codeLang), CODE_LANGS)
      const message = `codeLang: found '${options.codeLang}', expected one of ${CODE_LANGS.join(', ')}`
      refuse(message, `column '${this.name}'`, guess === null ? undefined : `Did you mean '${guess}'?`)
    }
    this.codeLang = options.codeLang
  }

  protected override ask(model: Model, request: ModelRequest, options: ConverseOptions): Promise<Conversation<Json>> {
    const messages = withLastUserText(request.messages, text => codePrompt(text, this.codeLang))
    return generateCode(model, { ...request, messages }, this.codeLang, options)
  }

  protected override shapeJSON(): JsonObject {
    return { code_lang: this.codeLang }
  }
}

const FIELDS: Fields = { ...PROMPT_FIELDS, code_lang: [CODE_LANGS.map(lang => `\`${lang}\``).join(', '), '', 'language of the code'] }

export const llmCode = defineColumn({
  name: 'llm-code',
  description: 'Code a model writes in one language',
  fields: FIELDS,
  fromJSON: config => {
    const common = commonFromJSON(config, FIELDS)
    const where = `column '${common.name}'`
    const codeLang = choiceAt(config, 'code_lang', where, CODE_LANGS)
    if (codeLang === null && (config['code_lang'] ?? null) === null)
      refuse(`code_lang: found nothing, expected one of ${CODE_LANGS.join(', ')}`, where)
    return new LLMCodeColumnConfig({ ...common, ...promptFromJSON(config, where), codeLang: codeLang ?? 'python' })
  },
  example: { ...promptedExample('query', { code_lang: 'sql:postgres' }), reply: '```sql\nselect 1\n```' },
})
