import { messageOf, TracewrightError } from '../../errors.ts'
import { writeJson } from '../../json/exact.ts'
import { isObject, type Json, type JsonObject } from '../../json/json.ts'
import { nearest } from '../../nearest.ts'
import type { ChatMessage, ChatTool, ChatToolCall, ContentBlock } from '../model.ts'
import type { ToolConfig } from './tool-config.ts'

/** What a server of tools does. */
export type ToolConnection = {
  /** What it offers. */
  tools(): Promise<readonly ChatTool[]>
  /** Call one of them; gives what it answered. */
  call(name: string, args: JsonObject, options: { timeoutSec: number | null; signal: AbortSignal | undefined }): Promise<Json>
}

/** What the model is told instead of a result, when it has called often enough. */
const REFUSAL =
  'Tool call refused: You have reached the maximum number of tool-calling turns. Please provide your final response without requesting additional tool calls.'

/** Turns in which calls are refused, before a model that goes on calling is given up. */
const MAX_REFUSED_TURNS = 10

/** The tools of one alias: those its config names and no others, of servers that are started when the first is needed. */
export class ToolBox {
  /** Which tools it holds, and how often they may be called. */
  readonly config: ToolConfig
  private readonly connect: (provider: string) => Promise<ToolConnection>
  private readonly strict: boolean
  private known: Promise<Map<string, { tool: ChatTool; connection: ToolConnection }>> | null = null

  /** `strict`: a call that cannot be made fails the cell, as in Data Designer; else the model is told and may do better. */
  constructor(config: ToolConfig, connect: (provider: string) => Promise<ToolConnection>, strict: boolean) {
    this.config = config
    this.connect = connect
    this.strict = strict
  }

  /** What the model may call. Throws where two servers have tools of one name, or an allowed one is nowhere. */
  async tools(): Promise<ChatTool[]> {
    return [...(await this.open()).values()].map(({ tool }) => tool)
  }

  /** Whether a model that still calls tools after so many turns is to be given up. */
  givesUp(turns: number): boolean {
    return turns > this.config.maxToolCallTurns + MAX_REFUSED_TURNS
  }

  /** Answer the calls of a turn, all at once; a turn too many is refused. */
  async answer(calls: readonly ChatToolCall[], turn: number, signal: AbortSignal | undefined): Promise<ChatMessage[]> {
    const isRefused = turn > this.config.maxToolCallTurns
    const contents = await Promise.all(calls.map(call => (isRefused ? text(REFUSAL) : this.call(call, signal))))
    return calls.map(({ id }, i) => ({ role: 'tool', content: contents[i]!, tool_call_id: id }))
  }

  private async call({ function: { name, arguments: written } }: ChatToolCall, signal: AbortSignal | undefined): Promise<ContentBlock[]> {
    try {
      const found = (await this.open()).get(name)
      if (found === undefined) throw this.noSuchTool(name, [...(await this.open()).keys()])
      const { timeoutSec } = this.config
      return blocksOf(await found.connection.call(name, argumentsOf(name, written), { timeoutSec, signal }))
    } catch (error) {
      if (this.strict || signal?.aborted === true) throw error
      return text(`Error: ${messageOf(error)}`)
    }
  }

  private open(): Promise<Map<string, { tool: ChatTool; connection: ToolConnection }>> {
    this.known ??= this.list()
    return this.known
  }

  private async list(): Promise<Map<string, { tool: ChatTool; connection: ToolConnection }>> {
    const { toolAlias, providers, allowTools } = this.config
    const where = `tools '${toolAlias}'`
    const all = new Map<string, { tool: ChatTool; connection: ToolConnection; provider: string }>()
    for (const provider of providers) {
      const connection = await this.connect(provider)
      for (const tool of await connection.tools()) {
        const other = all.get(tool.name)
        if (other !== undefined)
          throw new TracewrightError(
            'config',
            `Cannot offer tools: found '${shortened(tool.name)}' in '${other.provider}' and '${provider}'`,
            {
              where,
            },
          )
        all.set(tool.name, { tool, connection, provider })
      }
    }
    // Data Designer takes an empty list for none.
    const allowed = allowTools === null || (this.strict && allowTools.length === 0) ? null : allowTools
    const missing = allowed?.find(name => !all.has(name))
    if (missing !== undefined) throw this.noSuchTool(missing, [...all.keys()])
    return new Map([...all].filter(([name]) => allowed === null || allowed.includes(name)))
  }

  private noSuchTool(name: string, known: string[]): TracewrightError {
    const guess = nearest(name, known)
    // What a server calls its tools, and how many, costs each row that hears of it.
    const some = known.slice(0, MOST_NAMES).map(shortened)
    const others = known.length > MOST_NAMES ? [`${known.length - MOST_NAMES} more`] : []
    return new TracewrightError('model', `There is no tool '${shortened(name)}'; there are: ${[...some, ...others].join(', ') || 'none'}`, {
      where: `tools '${this.config.toolAlias}'`,
      ...(guess === null ? {} : { hint: `Did you mean '${guess}'?` }),
    })
  }
}

/** Tools that are named to who asked for another. */
const MOST_NAMES = 50

/** A name as messages have it. */
function shortened(name: string): string {
  return name.length > 100 ? `${name.slice(0, 99)}…` : name
}

function argumentsOf(name: string, written: string): JsonObject {
  if (written.trim() === '') return {}
  let value: unknown
  try {
    value = JSON.parse(written)
  } catch (error) {
    throw new TracewrightError('model', `Cannot call '${shortened(name)}': found arguments ${written.slice(0, 200)}, expected JSON`, {
      cause: error,
    })
  }
  return isObject(value) ? value : {}
}

/** What a tool answered, as blocks of a message: its texts line by line, and pictures. */
function blocksOf(content: Json): ContentBlock[] {
  const items = Array.isArray(content) ? content : content === null ? [] : [content]
  const blocks = items.map((item): ContentBlock => {
    if (!isObject(item)) return { type: 'text', text: String(item) }
    if (item['type'] === 'text') return { type: 'text', text: String(item['text'] ?? '') }
    if (item['type'] !== 'image') return { type: 'text', text: writeJson(item) }
    return { type: 'image_url', image_url: { url: `data:${String(item['mimeType'] ?? 'image/png')};base64,${String(item['data'] ?? '')}` } }
  })
  if (blocks.some(({ type }) => type !== 'text')) return blocks
  return text(blocks.map(block => String(block['text'])).join('\n'))
}

function text(words: string): ContentBlock[] {
  return [{ type: 'text', text: words }]
}
