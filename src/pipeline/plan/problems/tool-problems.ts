import type { ColumnConfig, Problem } from '../../../column/column.ts'
import { PromptedColumn } from '../../../column/prompted-column.ts'
import type { ToolServer } from '../../../model/tools/mcp-provider.ts'
import type { ToolConfig } from '../../../model/tools/tool-config.ts'
import { KnownNames } from './known-names.ts'

/** Tools that columns name and nobody defined, and servers that the tools in use name and nobody defined. */
export function toolProblems(config: {
  columns: readonly ColumnConfig[]
  toolConfigs: readonly ToolConfig[]
  toolServers: readonly ToolServer[] | undefined
}): Problem[] {
  const { columns, toolConfigs, toolServers } = config
  const aliases = new KnownNames(toolConfigs.map(({ toolAlias }) => toolAlias))
  const used = columns
    .filter(column => column instanceof PromptedColumn)
    .flatMap(({ name, prompt: { toolAlias } }) => (toolAlias === null ? [] : [[name, toolAlias] as const]))
  const unknown = used
    .filter(([, alias]) => !aliases.has(alias))
    .map(([column, alias]) => problem(column, `tool_alias '${alias}' is not defined`, aliases.hintFor(alias, 'There are: none')))
  if (toolServers === undefined) return unknown
  const servers = new KnownNames(toolServers.map(({ name }) => name))
  const asked = new Set(used.map(([, alias]) => alias))
  const missing = toolConfigs
    .filter(({ toolAlias }) => asked.has(toolAlias))
    .flatMap(({ toolAlias, providers }) =>
      providers
        .filter(name => !servers.has(name))
        .map(name =>
          problem(null, `tools '${toolAlias}': provider '${name}' is no MCP server that is known`, servers.hintFor(name, NAME_IT)),
        ),
    )
  return [...unknown, ...missing]
}

/** What to do where no server is known at all. */
const NAME_IT = 'Name it: --mcp-providers FILE, or new DataDesigner({ mcpProviders: [ … ] })'

function problem(column: string | null, message: string, hint: string): Problem {
  return { level: 'error', column, message, hint }
}
