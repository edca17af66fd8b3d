import type { ToolSchema } from '../../rollout/conversation/row.ts'
import type { Row } from '../../row.ts'
import * as tables from './known-tools.ts'
import { hasVersion, type KnownTool, offeredNames, toolsOf, versionOf } from './table.ts'

/** Tools that the producer of a row is known to have had. */
export type ProducerTools = {
  /** 'claude_code 2.1.30'; without a number where the log does not say it. */
  producer: string
  /** Schemas of the tools that the session had. */
  offered: ToolSchema[]
  /** The schema of a tool that is called with these arguments; null where no version is known to have it. */
  called(name: string, names: ReadonlySet<string>): ToolSchema | null
}

/** What the producer's version is known to have; null where nothing is known of it. */
export function producerTools(row: Row): ProducerTools | null {
  const known = KNOWN.get(String(row['source_kind']))
  if (known === undefined) return null
  const { table, tools } = known
  const version = versionOf(row, table)
  const isNow = (tool: KnownTool) => (version === null ? tool.until === null : hasVersion(tool, version))
  const names = offeredNames(row)
  return {
    producer: version === null ? table.agent : `${table.agent} ${version}`,
    offered: tools.filter(tool => isNow(tool) && (names?.has(tool.name) ?? true)).map(schemaOf),
    called(name, given) {
      const forms = tools.filter(tool => tool.name === name)
      // The form of the version if it takes these arguments, else the one that takes most of them, the latest among equals.
      const taken = (tool: KnownTool) => [...given].filter(argument => Object.hasOwn(tool.arguments, argument)).length
      const [best] = forms
        .map((tool, i) => ({ tool, i, score: taken(tool) * 2 + Number(isNow(tool)) }))
        .sort((a, b) => b.score - a.score || b.i - a.i)
      return best === undefined ? null : schemaOf(best.tool)
    },
  }
}

const KNOWN = new Map(Object.values(tables).map(table => [table.agent, { table, tools: toolsOf(table) }]))

function schemaOf({ name, description, arguments: args }: KnownTool): ToolSchema {
  const required = Object.entries(args).flatMap(([key, { isRequired }]) => (isRequired ? [key] : []))
  const properties = Object.fromEntries(Object.entries(args).map(([key, { type }]) => [key, { type }]))
  return {
    type: 'function',
    function: { name, description, parameters: { type: 'object', properties, ...(required.length > 0 ? { required } : {}) } },
  }
}
