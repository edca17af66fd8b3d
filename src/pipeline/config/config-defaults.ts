import type { ColumnConfig } from '../../column/column.ts'
import { PromptedColumn } from '../../column/prompted-column.ts'
import type { ModelConfig } from '../../model/model-config.ts'
import { withPredefined } from '../../model/predefined-models.ts'
import type { ToolConfig } from '../../model/tools/tool-config.ts'

/** Models and tools that columns may name without their config defining them, such as those of Data Designer's home folder. */
export type ConfigDefaults = {
  /** The models, by their aliases. */
  modelConfigs?: readonly ModelConfig[]
  /** The tools, by their aliases. */
  toolConfigs?: readonly ToolConfig[]
}

/** The models of a config, and of the default and predefined ones those that its columns name. */
export function modelsOf(columns: readonly ColumnConfig[], configs: readonly ModelConfig[], defaults: ConfigDefaults): ModelConfig[] {
  return withPredefined(
    configs,
    columns.flatMap(({ modelAliases }) => modelAliases),
    defaults.modelConfigs,
  )
}

/** Aliases of the tools that columns name. */
export function toolAliasesOf(columns: readonly ColumnConfig[]): Set<string> {
  return new Set(columns.flatMap(column => (column instanceof PromptedColumn ? (column.prompt.toolAlias ?? []) : [])))
}

/** The tools of a config, and of the default ones those that its columns name. */
export function toolsOf(columns: readonly ColumnConfig[], configs: readonly ToolConfig[], defaults: ConfigDefaults): ToolConfig[] {
  const named = toolAliasesOf(columns)
  for (const { toolAlias } of configs) named.delete(toolAlias)
  return [...configs, ...(defaults.toolConfigs ?? []).filter(({ toolAlias }) => named.delete(toolAlias))]
}
