import type { ColumnConfig, Problem } from '../../../column/column.ts'
import { PromptedColumn } from '../../../column/prompted-column.ts'
import type { ToolServer } from '../../../model/tools/mcp-provider.ts'
import type { ToolConfig } from '../../../model/tools/tool-config.ts'
import { nearest } from '../../../nearest.ts'

/** Tools that columns name and nobody defined, and servers that the tools in use name and nobody defined. */
export function toolProblems(config: {
  columns: readonly ColumnConfig[]
  toolConfigs: readonly ToolConfig[]
  toolServers: readonly ToolServer[] | undefined
}): Problem[] {
  const { columns, toolConfigs, toolServers } = config
  const aliases = toolConfigs.map(({ toolAlias }) => toolAlias)
  const used = new Map(columns.filter(column => column instanceof PromptedColumn).map(column => [column.name, column.prompt.toolAlias]))
  const unknown = [...used].flatMap(([column, alias]): Problem[] =>
    alias === null || aliases.includes(alias) ? [] : [problem(column, `tool_alias '${alias}' is not defined`, alias, aliases)],
  )
  const servers = toolServers?.map(({ name }) => name)
  const missing = toolConfigs
    .filter(({ toolAlias }) => [...used.values()].includes(toolAlias))
    .flatMap(({ toolAlias, providers }) =>
      providers
        .filter(name => servers !== undefined && !servers.includes(name))
        .map(name =>
          problem(null, `tools '${toolAlias}': provider '${name}' is no MCP server that is known`, name, servers ?? [], NAME_IT),
        ),
    )
  return [...unknown, ...missing]
}

/** What to do where no server is known at all. */
const NAME_IT = 'Name it: --mcp-providers FILE, or new DataDesigner({ mcpProviders: [ … ] })'

function problem(column: string | null, message: string, name: string, known: string[], none = 'There are: none'): Problem {
  const guess = nearest(name, known)
  const there = known.length === 0 ? none : `There are: ${known.join(', ')}`
  return { level: 'error', column, message, hint: guess === null ? there : `Did you mean '${guess}'?` }
}
