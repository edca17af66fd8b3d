import * as columns from '../src/column/columns.ts'
import { COMMON_FIELDS, SKIP_FIELDS } from '../src/column/common-settings.ts'
import { MEDIA_FIELDS } from '../src/column/media.ts'
import { SCORE_FIELDS } from '../src/column/score.ts'
import type { Fields } from '../src/fields.ts'
import { DISTRIBUTION_FIELDS, INFERENCE_FIELDS, INFERENCE_FIELDS_OF } from '../src/model/inference-parameters.ts'
import { MODEL_FIELDS } from '../src/model/model-config.ts'
import { PROVIDER_FIELDS } from '../src/model/model-provider.ts'
import { PRICE_FIELDS } from '../src/model/prices.ts'
import { MCP_FIELDS, STDIO_MCP_FIELDS } from '../src/model/tools/mcp-provider.ts'
import { TOOL_FIELDS } from '../src/model/tools/tool-config.ts'
import { CONFIG_FIELDS, SEED_FIELDS, WRAPPER_FIELDS } from '../src/pipeline/config/config-fields.ts'
import { PROFILER_FIELDS } from '../src/pipeline/plan/profiler.ts'
import * as processors from '../src/pipeline/processors/processors.ts'
import { IDLE_RUN_FIELDS, RUN_FIELDS } from '../src/pipeline/rows/run-config.ts'
import { STAGE_FIELDS, WORKFLOW_FIELDS } from '../src/pipeline/workflow/load-workflow.ts'
import { CONSTRAINT_FIELDS } from '../src/sampler/constraint.ts'
import * as samplers from '../src/sampler/samplers.ts'
import * as seeds from '../src/seed/seeds.ts'
import { PARTITION_FIELDS, RANGE_FIELDS } from '../src/seed/select.ts'
import { SELECT_FIELDS } from '../src/seed/select-fields.ts'
import * as validators from '../src/validator/validators.ts'

/** The page of all keys that configs can hold, written from the tables that the readers of configs refuse unknown keys by. */
export function configPage(): string {
  return `# Configs

All keys of configs in YAML and JSON, written by \`npm run docs\` from the tables that configs are read with: what does not stand here is
refused. They are Data Designer's where it has them. A key without a default has to be there; \`null\` is the same as leaving a key out.
[Pipelines](pipelines.md) tells what a config is for, [columns](columns.md), [seeds](seeds.md) and [models](models.md) what its parts do.

${SECTIONS.map(({ title, about, fields }) => [title, about, fieldTable(fields)].filter(part => part !== '').join('\n\n')).join('\n\n')}
`
}

type Section = { title: string; about: string; fields: Fields }
type Member = { name: string; description: string; fields: Fields }

const SECTIONS: readonly Section[] = [
  { title: '## Around it', about: 'YAML and JSON files begin with these keys, or with those of a config.', fields: WRAPPER_FIELDS },
  { title: '## A config', about: '', fields: CONFIG_FIELDS },
  { title: '## `seed_config`', about: '', fields: SEED_FIELDS },
  ...each('`source` of type', seeds),
  { title: '### `select` of a source', about: 'What is given has to hold, all of it.', fields: SELECT_FIELDS },
  { title: '### `selection_strategy`: a range', about: '', fields: RANGE_FIELDS },
  { title: '### `selection_strategy`: a part', about: '', fields: PARTITION_FIELDS },
  { title: '## Each of `model_configs`', about: '', fields: MODEL_FIELDS },
  { title: '### `inference_parameters`', about: '', fields: INFERENCE_FIELDS },
  ...Object.entries(INFERENCE_FIELDS_OF).map(([type, fields]) => ({
    title: `### \`inference_parameters\` with \`generation_type: ${type}\``,
    about: Object.keys(fields).length === 0 ? 'No keys besides.' : 'These besides.',
    fields,
  })),
  { title: '### A distribution', about: '', fields: DISTRIBUTION_FIELDS },
  { title: '## Each of `tool_configs`', about: '', fields: TOOL_FIELDS },
  { title: '## Each of `columns`', about: '', fields: COMMON_FIELDS },
  { title: '### `skip`', about: '', fields: SKIP_FIELDS },
  ...each('`column_type:', columns),
  ...Object.entries(MEDIA_FIELDS).map(([modality, fields]) => ({
    title: `### Each of \`multi_modal_context\` with \`modality: ${modality}\``,
    about: '',
    fields,
  })),
  { title: '### Each of `scores`', about: '', fields: SCORE_FIELDS },
  ...each('`params` of `sampler_type:', samplers),
  ...each('`validator_params` of `validator_type:', validators),
  { title: '## Each of `constraints`', about: '', fields: CONSTRAINT_FIELDS },
  { title: '## Each of `processors`', about: '', fields: {} },
  ...each('`processor_type:', processors),
  { title: '## Each of `profilers`', about: '', fields: PROFILER_FIELDS },
  { title: '## A workflow', about: 'A file for `tracewright workflow`.', fields: WORKFLOW_FIELDS },
  { title: '### Each of `stages`', about: '', fields: STAGE_FIELDS },
  { title: '## A file of model providers', about: 'A list, or a list under `providers`.', fields: PROVIDER_FIELDS },
  { title: '## A price', about: 'In a file of `--prices`, by the name of a model: US dollars.', fields: PRICE_FIELDS },
  { title: '## A server of tools', about: 'In code, as `mcpProviders`. One that is reached by HTTP:', fields: MCP_FIELDS },
  { title: '### A server that is started', about: '', fields: STDIO_MCP_FIELDS },
  {
    title: '## How runs go',
    about: 'In a file of `--run-config`, or in code, as `runConfig`; in camel case, or as Data Designer writes them.',
    fields: RUN_FIELDS,
  },
  { title: '### What Data Designer has besides', about: 'These are read, change nothing, and are told of.', fields: IDLE_RUN_FIELDS },
]

function each(what: string, members: { readonly [name: string]: Member }): Section[] {
  return Object.values(members)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .filter(({ fields }) => Object.keys(fields).length > 0)
    .map(({ name, description, fields }) => ({
      title: `### ${what} ${what.endsWith('type') ? '`' : ''}${name}\``,
      about: `${description}.`,
      fields,
    }))
}

function fieldTable(fields: Fields): string {
  const rows = Object.entries(fields).map(([key, [holds, fallback, about]]) => `| \`${key}\` | ${holds} | ${fallback} | ${about} |`)
  return rows.length === 0 ? '' : ['| Key | Holds | Default | Meaning |', '| --- | --- | --- | --- |', ...rows].join('\n')
}
