// Uses every extension of this package once, in a folder that is given, and prints what came of it.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  configFromJSON,
  DataDesigner,
  DataDesignerConfigBuilder,
  LLMTextColumnConfig,
  LocalFileSeedSource,
  ModelConfig,
  ModelProvider,
  openRollouts,
} from 'tracewright'
import { counting, echo, kites, rowsFile, shouting, terse, words } from './index.js'

const folder = process.argv[2]!
mkdirSync(folder, { recursive: true })
for (const [path, content] of Object.entries(kites.example('k-1', ['Mended.']))) writeFileSync(join(folder, path), content)

const logs = []
await using rollouts = await openRollouts({ format: kites, path: folder })
for await (const outcome of rollouts) logs.push('row' in outcome ? outcome.row.final_assistant_message : outcome.reject.reason)

const builder = configFromJSON(
  {
    columns: [
      { column_type: 'words', name: 'length', of: 'text' },
      { column_type: 'validation', name: 'is_terse', target_columns: ['text'], validator_type: 'terse', validator_params: { most: 2 } },
    ],
    seed_config: { source: { seed_type: 'counting', to: 2 } },
    processors: [{ processor_type: 'shouting', name: 'loud', column: 'text' }],
  },
  { extensions: { columns: [words], seeds: [counting], processors: [shouting], validators: [terse] } },
)
const said = new LLMTextColumnConfig({ name: 'said', prompt: 'Number {{ n }}', modelAlias: 'parrot' })
builder.addColumn(said).addModelConfig(new ModelConfig({ alias: 'parrot', model: 'grey', provider: 'aviary' }))
const provider = new ModelProvider({ name: 'aviary', endpoint: '', providerType: echo })
const preview = await new DataDesigner({ modelProviders: [provider] }).preview(builder, { numRecords: 2 })

const writer = rowsFile.write(join(folder, 'numbers.rows'))
await writer.write({ n: 7 })
await writer.close()
const model = echo.connect({ provider, model: 'own', key: null })
const own = new DataDesignerConfigBuilder({ modelConfigs: [new ModelConfig({ alias: 'own', model })] })
  .withSeedDataset(new LocalFileSeedSource({ path: join(folder, 'numbers.rows'), codec: rowsFile }))
  .addColumn(new LLMTextColumnConfig({ name: 'said', prompt: 'Number {{ n }}', modelAlias: 'own' }))
const again = await new DataDesigner().preview(own, { numRecords: 1 })

console.log(JSON.stringify({ logs, rows: preview.dataset, own: again.dataset }))
