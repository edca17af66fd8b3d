import type { Fields } from '../../fields.ts'

/** Keys of a config, or of its `data_designer`. */
export const CONFIG_FIELDS: Fields = {
  seed_config: ['object', 'null', 'where rows come from'],
  model_configs: ['list', 'none', 'models that columns ask'],
  columns: ['list', 'none', 'what is computed for each row'],
  processors: ['list', 'none', 'what becomes of finished rows'],
  tool_configs: ['list', 'none', 'tools that columns may call'],
  constraints: ['list', 'none', 'what the draws of sampler columns are held to'],
  profilers: ['list', 'none', 'written back with the config, and not run'],
}

/** Keys around it. */
export const WRAPPER_FIELDS = {
  data_designer: ['object', '', 'the config; its keys may stand here in its place'],
  library_version: ['text', 'null', 'which version wrote it'],
} satisfies Fields

/** Keys of `seed_config`. */
export const SEED_FIELDS: Fields = {
  source: ['object', '', 'what the rows are of'],
  sampling_strategy: ['`ordered` or `shuffle`', '`ordered`', 'in which order they are drawn'],
  selection_strategy: ['object', 'all', 'which part is used: a range, or one of equal parts'],
}
