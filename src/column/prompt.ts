import { isVersion057 } from '../compat.ts'
import { booleanAt, choiceAt, type Fields, listAt, requiredStringAt, stringAt } from '../fields.ts'
import { isObject, type JsonObject } from '../json/json.ts'
import { ownValue } from '../json/own.ts'
import type { ChatMessage } from '../model/model.ts'
import type { Random } from '../random.ts'
import type { Row } from '../row.ts'
import { compileTemplate } from '../template/template.ts'
import { believedMedia, mediaOf057 } from './believed-media.ts'
import type { PictureFolder, Problem, TemplateMode } from './column.ts'
import { type MediaContext, mediaBlocks, mediaFromJSON, mediaJSON } from './media.ts'
import { referencesOf, templateProblems } from './template-problems.ts'
import { templateRow } from './template-row.ts'

/** How much of the conversation with the model is kept beside the cell. */
export type TraceKeeping = 'none' | 'last_message' | 'all_messages'

/** What every column that asks a model is made of. */
export type PromptOptions = {
  /** Template of the question. */
  prompt: string
  /** Alias of the model to ask. */
  modelAlias: string
  /** Template of the instructions. */
  systemPrompt?: string | null
  /** Pictures, sounds and films that are put before the model with the prompt. */
  multiModalContext?: MediaContext[] | null
  /** Alias of the tools the model may call before it answers. */
  toolAlias?: string | null
  /** Keep the conversation in a column `<name>__trace`. Default 'none'. */
  withTrace?: TraceKeeping
  /** Keep the model's reasoning in a column `<name>__reasoning_content`. Default false. */
  extractReasoningContent?: boolean
}

/** Keys of a prompt in a config. */
export const PROMPT_FIELDS: Fields = {
  prompt: ['template', '', 'what the model is asked'],
  model_alias: ['text', '', 'which model: an alias of `model_configs`'],
  system_prompt: ['template', 'null', 'what stands before it as the system message'],
  multi_modal_context: ['list', 'null', 'columns whose pictures, sounds and films are put before the model'],
  tool_alias: ['text', 'null', 'tools the model may call: an alias of `tool_configs`'],
  with_trace: ['`none`, `last_message` or `all_messages`', '`none`', 'keep the conversation with the model in `NAME__trace`'],
  extract_reasoning_content: ['true or false', 'false', "keep the model's reasoning in `NAME__reasoning_content`"],
}

/** A prompt with its defaults filled in. */
export type Prompt = Required<PromptOptions>

/** Fill in the defaults. */
export function promptFrom(options: PromptOptions): Prompt {
  const {
    prompt,
    modelAlias,
    systemPrompt = null,
    multiModalContext = null,
    toolAlias = null,
    withTrace = 'none',
    extractReasoningContent = false,
  } = options
  return { prompt, modelAlias, systemPrompt, multiModalContext, toolAlias, withTrace, extractReasoningContent }
}

/** A prompt as configs hold it. */
export function promptJSON(prompt: Prompt): JsonObject {
  return {
    prompt: prompt.prompt,
    model_alias: prompt.modelAlias,
    system_prompt: prompt.systemPrompt,
    multi_modal_context: prompt.multiModalContext?.map(mediaJSON) ?? null,
    tool_alias: prompt.toolAlias,
    with_trace: prompt.withTrace,
    extract_reasoning_content: prompt.extractReasoningContent,
  }
}

/** A prompt from a config. */
export function promptFromJSON(config: JsonObject, where: string): PromptOptions {
  return {
    prompt: requiredStringAt(config, 'prompt', where),
    modelAlias: requiredStringAt(config, 'model_alias', where),
    systemPrompt: stringAt(config, 'system_prompt', where),
    multiModalContext:
      listAt(config, 'multi_modal_context', where)
        ?.filter(isObject)
        .map(item => mediaFromJSON(item, where)) ?? null,
    toolAlias: stringAt(config, 'tool_alias', where),
    withTrace: choiceAt(config, 'with_trace', where, ['none', 'last_message', 'all_messages']) ?? 'none',
    extractReasoningContent: booleanAt(config, 'extract_reasoning_content', where) ?? false,
  }
}

/** Columns a prompt reads. */
export function promptReferences(prompt: Prompt): string[] {
  const images = prompt.multiModalContext?.map(image => image.columnName) ?? []
  return [...new Set([...referencesOf(prompt.prompt, prompt.systemPrompt), ...images])]
}

/** Columns a prompted cell adds besides its own. */
export function promptSideEffects(name: string, prompt: Prompt): string[] {
  return [
    ...(prompt.withTrace === 'none' ? [] : [`${name}__trace`]),
    ...(prompt.extractReasoningContent ? [`${name}__reasoning_content`] : []),
  ]
}

/** What is wrong with a prompt; `columns` are the names there are. */
export function promptProblems(column: string, prompt: Prompt, columns: ReadonlySet<string>, profile?: TemplateMode['profile']): Problem[] {
  const problems = [
    ...templateProblems(column, 'prompt', prompt.prompt, profile),
    ...templateProblems(column, 'system_prompt', prompt.systemPrompt, profile),
  ]
  if (problems.length > 0) return problems
  // Pictures can be the whole question: models that read pages are asked in no words.
  const isShown = (prompt.multiModalContext ?? []).length > 0
  if (prompt.prompt.trim() === '' && !isShown) return [{ level: 'error', column, message: 'prompt is empty' }]
  const inBraces = singleBraced(`${prompt.prompt}\n${prompt.systemPrompt ?? ''}`, columns)
  if (inBraces.length > 0) {
    const message = `the prompt has ${inBraces.map(name => `{${name}}`).join(', ')}, which stays as it is written`
    return [{ level: 'warning', column, message, hint: `Write {{ ${inBraces[0]} }} to refer to the column` }]
  }
  if (promptReferences(prompt).length > 0) return []
  const message = 'the prompt reads no column, so every row asks the same'
  return [{ level: 'warning', column, message, hint: 'Refer to columns as {{ column }}' }]
}

/** Columns named in single braces, as Python's f-strings do. */
function singleBraced(text: string, columns: ReadonlySet<string>): string[] {
  const names = [...text.matchAll(/(?<!\{)\{\s*(\w+)\s*\}(?!\})/g)].map(match => match[1]!)
  return [...new Set(names)].filter(name => columns.has(name))
}

/**
 * Equal questions have one answer, which is paid for once. A prompt that reads no column asks the same of every row and means to
 * have an answer for each: there the row's key tells them apart.
 */
export function drawOf(prompt: Prompt, rowKey: string): { draw?: string } {
  const asksTheSame = sameForAll.get(prompt) ?? promptReferences(prompt).length === 0
  sameForAll.set(prompt, asksTheSame)
  return asksTheSame ? { draw: rowKey } : {}
}

/** Whether prompts read no column, which is found out once: it is asked for every cell. */
const sameForAll = new WeakMap<Prompt, boolean>()

/** Renders the messages of a prompt for a row. */
export type PromptRenderer = (row: Row, random: Random, pictures?: PictureFolder) => ChatMessage[]

/** Render a prompt's messages for a row; `pictures`: where pictures are that the row names. An empty system prompt is not sent. */
export function promptRenderer(column: string, prompt: Prompt, mode: TemplateMode): PromptRenderer {
  const user = compileTemplate(prompt.prompt, { profile: mode.profile, name: `column '${column}', prompt` })
  const system =
    prompt.systemPrompt === null || prompt.systemPrompt === ''
      ? null
      : compileTemplate(prompt.systemPrompt, { profile: mode.profile, name: `column '${column}', system_prompt` })
  const mediaOf = isVersion057(mode.compat) ? mediaOf057 : mode.compat ? believedMedia : mediaBlocks
  return (row, random, pictures) => {
    const messages: ChatMessage[] = []
    const seen = templateRow(row, mode)
    const instructions = system?.render(seen, { values: mode.values, random }) ?? ''
    if (instructions !== '') messages.push({ role: 'system', content: instructions })
    const text = prompt.prompt === '' ? '' : user.render(seen, { values: mode.values, random })
    const cells = mode.compat ? (seen as Row) : row
    const images =
      prompt.multiModalContext?.flatMap(context => mediaOf(ownValue(cells, context.columnName) ?? null, context, pictures)) ?? []
    messages.push({
      role: 'user',
      content: images.length === 0 ? text : [...images, ...(text === '' && !mode.compat ? [] : [{ type: 'text', text }])],
    })
    return messages
  }
}
