import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Problem } from '../../column/column.ts'
import { makeFolder } from '../../disk/made-folders.ts'
import { refuseUnknownKeys, refuseUnknownOptions, requiredStringAt } from '../../fields.ts'
import type { JsonObject } from '../../json/json.ts'
import { checkSettings } from '../../training/export/export-settings.ts'
import type { ExportSettings } from '../../training/settings/export-options.ts'
import { Mistakes } from '../../training/settings/mistakes.ts'
import { EXPORT_FIELDS, EXPORT_KEYS, readSettings, saidSettings } from './export-fields.ts'
import { defineProcessor, type FinishedDataset, type Processor, type ProcessorConfig } from './processor.ts'

/** Makes training data of the rows once all are there, as `exportDataset` and `tracewright export` do, with the same settings. */
export class ExportProcessorConfig implements ProcessorConfig {
  readonly processorType = 'export'
  readonly name: string
  /** How they are exported. */
  readonly settings: ExportSettings
  readonly requiredColumns: readonly string[] = ['messages']

  constructor(options: Pick<ExportProcessorConfig, 'name'> & ExportSettings) {
    refuseUnknownOptions(options, ['name', ...EXPORT_KEYS.keys()], `processor '${options.name}'`)
    const { name, ...settings } = options
    this.name = name
    this.settings = settings
  }

  problems(columns: ReadonlySet<string>): Problem[] {
    const mistakes = new Mistakes()
    checkSettings(this.settings, columns, mistakes)
    return this.told(mistakes)
  }

  async ready(): Promise<Problem[]> {
    const { model, checkModels, decontaminate, where } = this.settings
    if ([model, checkModels, decontaminate, where].every(one => one === undefined)) return []
    const { noteMistakes } = await import('../../training/export/ready-export.ts')
    const mistakes = new Mistakes()
    const ready = await noteMistakes({ ...this.settings, output: '', force: true }, mistakes)
    ready?.curation?.contamination?.[Symbol.dispose]()
    ready?.curation?.before?.[Symbol.dispose]()
    return this.told(mistakes)
  }

  keeps(columns: ReadonlySet<string>): ReadonlySet<string> {
    return columns
  }

  open(): Processor {
    return row => ({ row, artifact: null })
  }

  async finish({ rows, folder, isNew }: FinishedDataset): Promise<void> {
    if (!isNew && existsSync(join(folder, 'export.json'))) return
    const { exportDataset } = await import('../../training/export/export.ts')
    makeFolder(dirname(folder))
    await exportDataset(rows, { ...this.settings, output: folder, force: true })
  }

  private told({ found }: Mistakes): Problem[] {
    return found.map(({ message, hint }) => ({
      level: 'error',
      column: null,
      message: `processor '${this.name}': ${message}`,
      ...(hint === null ? {} : { hint }),
    }))
  }

  toJSON(): JsonObject {
    return { name: this.name, processor_type: this.processorType, ...saidSettings(this.settings) }
  }
}

export const exportProcessor = defineProcessor({
  name: 'export',
  description:
    'Makes training data of the dataset when it is whole, in `exports/NAME` of its folder; settings are those of `tracewright export`',
  fields: EXPORT_FIELDS,
  fromJSON: config => {
    const name = requiredStringAt(config, 'name', 'a processor')
    const where = `processor '${name}'`
    refuseUnknownKeys(config, EXPORT_FIELDS, where)
    requiredStringAt(config, 'for', where)
    return new ExportProcessorConfig({ name, ...readSettings(config, where) })
  },
  example: {
    needs: { for: 'trl' },
    more: {
      view: 'turn',
      model: 'Qwen/Qwen3-8B',
      chat_template: 'chatml',
      max_tokens: 32_768,
      where: "source_kind = 'codex'",
      mask: ['flags', 'replay', 'errors'],
      reasoning: 'keep',
      tools: 'inferred',
      filter: ['tests-passed'],
      dedupe: 0.9,
      dedupe_by: 'answer_vector',
      decontaminate: ['benchmark.jsonl'],
      git: 'kite',
      reward: ['tests_passed'],
      per_task: 4,
      per_project: 1000,
      exactly: 500,
      split: 'lineage:90/10',
      split_like: 'earlier',
      redact: 'default',
      license: 'cc-by-4.0',
      codec: 'jsonl',
      check: true,
      check_models: ['./another-model'],
      shard_bytes: 1_000_000_000,
    },
    row: { trace_id: 'a', messages: [] },
  },
})
