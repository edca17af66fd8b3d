import { type Fields, numberAt, refuse, refuseUnknownKeys, refuseUnknownOptions, requiredStringAt, textsAt } from '../../fields.ts'
import type { JsonObject } from '../../json/json.ts'
import { asFloat } from '../../json/number.ts'
import { countFrom, isCount } from '../../whole-number.ts'

/** Which tools a column's model may call. */
export type ToolConfigOptions = {
  /** The name columns use. */
  toolAlias: string
  /** Names of MCP servers. */
  providers: readonly string[]
  /** Only these; null: all the servers have. */
  allowTools?: readonly string[] | null
  /** Turns in which the model may call tools. Default 5. */
  maxToolCallTurns?: number
  /** Seconds for one call. Default: none. */
  timeoutSec?: number | null
}

/** Keys of a tool config. */
export const TOOL_FIELDS: Fields = {
  tool_alias: ['text', '', 'the name columns use'],
  providers: ['list of texts', '', 'names of MCP servers'],
  allow_tools: ['list of texts', 'all', 'only these tools'],
  max_tool_call_turns: ['whole number from 1', '5', 'turns in which the model may call tools'],
  timeout_sec: ['seconds above 0', 'none', 'how long one call may take'],
}

/** Tools under the alias columns call them by. */
export class ToolConfig {
  /** The name columns use. */
  readonly toolAlias: string
  /** Names of MCP servers. */
  readonly providers: readonly string[]
  /** Only these; null: all the servers have. */
  readonly allowTools: readonly string[] | null
  /** Turns in which the model may call tools. */
  readonly maxToolCallTurns: number
  /** Seconds for one call; null: no limit is set. */
  readonly timeoutSec: number | null

  constructor(options: ToolConfigOptions) {
    refuseUnknownOptions(options, TOOL_FIELDS, 'ToolConfig')
    const { toolAlias, providers, allowTools = null, maxToolCallTurns = 5, timeoutSec = null } = options
    const where = `tools '${toolAlias}'`
    if (providers.length === 0) refuse('providers: found none, expected names of MCP servers', where)
    if (!isCount(maxToolCallTurns, 1)) refuse(`max_tool_call_turns: found ${maxToolCallTurns}, expected ${countFrom(1)}`, where)
    if (timeoutSec !== null && !(timeoutSec > 0)) refuse(`timeout_sec: found ${timeoutSec}, expected seconds above 0`, where)
    this.toolAlias = toolAlias
    this.providers = [...providers]
    this.allowTools = allowTools === null ? null : [...allowTools]
    this.maxToolCallTurns = maxToolCallTurns
    this.timeoutSec = timeoutSec
  }

  /** The config in Data Designer's schema, every default written. */
  toJSON(): JsonObject {
    return {
      tool_alias: this.toolAlias,
      providers: [...this.providers],
      allow_tools: this.allowTools === null ? null : [...this.allowTools],
      max_tool_call_turns: this.maxToolCallTurns,
      timeout_sec: this.timeoutSec === null ? null : asFloat(this.timeoutSec),
    }
  }

  /** Read a config in Data Designer's schema. */
  static fromJSON(json: JsonObject): ToolConfig {
    const toolAlias = requiredStringAt(json, 'tool_alias', 'a tool config')
    const where = `tools '${toolAlias}'`
    refuseUnknownKeys(json, TOOL_FIELDS, where)
    const providers = textsAt(json, 'providers', where)
    if (providers === null) refuse('providers: found nothing, expected names of MCP servers', where)
    return new ToolConfig({
      toolAlias,
      providers: providers ?? ['?'],
      allowTools: textsAt(json, 'allow_tools', where),
      maxToolCallTurns: numberAt(json, 'max_tool_call_turns', where) ?? 5,
      timeoutSec: numberAt(json, 'timeout_sec', where),
    })
  }
}
