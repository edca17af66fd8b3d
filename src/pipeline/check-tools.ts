import type { Compat } from '../compat.ts'
import { messageOf } from '../errors.ts'
import type { ToolServer } from '../model/tools/mcp-provider.ts'
import { ToolServers } from '../model/tools/tool-servers.ts'
import type { DataDesignerConfigBuilder } from './config/builder.ts'
import { toolAliasesOf } from './config/config-defaults.ts'

/** Whether the servers of some tools answer, and which tools a model may call. */
export type ToolCheck = {
  /** Name that columns use for the tools. */
  toolAlias: string
  /** Their servers. */
  providers: readonly string[]
  /** The tools; null where they could not be listed. */
  tools: readonly string[] | null
  /** Why they could not: a server does not answer, or lacks a tool that is to be allowed; null: they could. */
  error: string | null
}

/** List the tools that columns name, from their servers, which are started for it and stopped. */
export async function checkTools(
  builder: DataDesignerConfigBuilder,
  servers: readonly ToolServer[],
  compat: Compat | null,
): Promise<ToolCheck[]> {
  const named = toolAliasesOf(builder.columns)
  const configs = builder.askedTools.filter(({ toolAlias }) => named.has(toolAlias))
  await using started = new ToolServers(servers, configs, compat !== null)
  return await Promise.all(
    configs.map(async ({ toolAlias, providers }) => {
      try {
        const tools = await started.box(toolAlias).tools()
        return { toolAlias, providers, tools: tools.map(({ name }) => name), error: null }
      } catch (error) {
        return { toolAlias, providers, tools: null, error: messageOf(error) }
      }
    }),
  )
}
