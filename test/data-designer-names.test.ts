import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as dd from '../src/index.ts'
import * as processorTypes from '../src/pipeline/processors/processors.ts'
import * as validatorTypes from '../src/validator/validators.ts'
import { root } from './sources.ts'

/*
 * The names of Data Designer 0.9.7 that a person writes in the first hour, with what they stand for there.
 */

const ENUMERATIONS: { [name: string]: { [key: string]: string } } = {
  AudioFormat: { MP3: 'mp3', WAV: 'wav' },
  CodeLang: {
    ...{ BASH: 'bash', C: 'c', COBOL: 'cobol', CPP: 'cpp', CSHARP: 'csharp', GO: 'go', JAVA: 'java', JAVASCRIPT: 'javascript' },
    ...{ KOTLIN: 'kotlin', PYTHON: 'python', RUBY: 'ruby', RUST: 'rust', SCALA: 'scala', SWIFT: 'swift', TYPESCRIPT: 'typescript' },
    ...{ SQL_SQLITE: 'sql:sqlite', SQL_TSQL: 'sql:tsql', SQL_BIGQUERY: 'sql:bigquery', SQL_MYSQL: 'sql:mysql' },
    ...{ SQL_POSTGRES: 'sql:postgres', SQL_ANSI: 'sql:ansi' },
  },
  ConstraintType: { SCALAR_INEQUALITY: 'scalar_inequality', COLUMN_INEQUALITY: 'column_inequality' },
  DataDesignerColumnType: {
    ...{ LLM_STRUCTURED: 'llm-structured', EMBEDDING: 'embedding', CUSTOM: 'custom', LLM_CODE: 'llm-code', EXPRESSION: 'expression' },
    ...{ VALIDATION: 'validation', SAMPLER: 'sampler', LLM_JUDGE: 'llm-judge', LLM_TEXT: 'llm-text' },
  },
  GenerationStrategy: { CELL_BY_CELL: 'cell_by_cell', FULL_COLUMN: 'full_column' },
  GenerationType: { CHAT_COMPLETION: 'chat-completion', EMBEDDING: 'embedding', IMAGE: 'image' },
  ImageFormat: { PNG: 'png', JPG: 'jpg', JPEG: 'jpeg', GIF: 'gif', WEBP: 'webp' },
  InequalityOperator: { LT: 'lt', LE: 'le', GT: 'gt', GE: 'ge' },
  JinjaRenderingEngine: { NATIVE: 'native', SECURE: 'secure' },
  Modality: { IMAGE: 'image', AUDIO: 'audio', VIDEO: 'video' },
  ModalityDataType: { URL: 'url', BASE64: 'base64' },
  ProcessorType: { DROP_COLUMNS: 'drop_columns', SCHEMA_TRANSFORM: 'schema_transform' },
  ResumeMode: { NEVER: 'never', ALWAYS: 'always', IF_POSSIBLE: 'if_possible' },
  SamplerType: {
    ...{ BERNOULLI: 'bernoulli', BERNOULLI_MIXTURE: 'bernoulli_mixture', BINOMIAL: 'binomial', CATEGORY: 'category' },
    ...{ DATETIME: 'datetime', GAUSSIAN: 'gaussian', PERSON: 'person', PERSON_FROM_FAKER: 'person_from_faker', POISSON: 'poisson' },
    ...{ SCIPY: 'scipy', SUBCATEGORY: 'subcategory', TIMEDELTA: 'timedelta', UNIFORM: 'uniform', UUID: 'uuid' },
  },
  SamplingStrategy: { ORDERED: 'ordered', SHUFFLE: 'shuffle' },
  TraceType: { NONE: 'none', LAST_MESSAGE: 'last_message', ALL_MESSAGES: 'all_messages' },
  ValidatorType: { CODE: 'code', LOCAL_CALLABLE: 'local_callable', REMOTE: 'remote' },
  VideoFormat: { MP4: 'mp4', MOV: 'mov', WEBM: 'webm' },
}

/** Methods and properties of its classes that there are here: but those that docs/data-designer.md tells to have no counterpart. */
const MEMBERS: { [name: string]: string } = {
  DataDesigner:
    'artifact_path check_models compose_workflow create get_default_model_configs get_default_model_providers list_mcp_tool_names preview run_config set_run_config validate',
  DataDesignerConfigBuilder:
    'add_column add_constraint add_model_config add_processor add_profiler add_tool_config allowed_references build delete_column delete_constraints delete_model_config delete_tool_config from_config get_column_config get_column_configs get_columns_excluding_type get_columns_of_type get_constraints get_processor_configs get_profilers get_seed_config get_tool_config num_columns_of_type tool_configs with_seed_dataset write_config',
  DatasetCreationResults:
    'count_records display_sample_record export get_path_to_processor_artifacts load_analysis load_dataset load_processor_dataset push_to_hub to_config_builder',
  PreviewResults: 'display_sample_record to_config_builder',
  DatasetAnalysis: 'column_types get_column_statistics_by_type percent_complete to_report',
  CompositeWorkflow: 'add_stage run',
  CompositeWorkflowResults:
    'count_records count_stage_output_records export export_stage final_result get_stage_output_path items keys load_analysis load_dataset load_stage_output push_to_hub',
}

/** Every class and enumeration that its modules `config` and `interface` have. */
const EXPORTS =
  'AgentRolloutFormat AgentRolloutSeedSource AudioContext AudioFormat BernoulliMixtureSamplerParams BernoulliSamplerParams BinomialSamplerParams CategorySamplerParams ChatCompletionInferenceParams CodeLang CodeValidatorParams ColumnInequalityConstraint CompletedWorkflowStageMetadata CompositeWorkflow CompositeWorkflowResults ConstraintType CustomColumnConfig DataDesigner DataDesignerColumnType DataDesignerConfig DataDesignerConfigBuilder DataDesignerEarlyShutdownError DataDesignerGenerationError DataDesignerProfilingError DataDesignerScriptParams DataDesignerWorkflowError DataFrameSeedSource DatasetCreationResults DatetimeSamplerParams DirectorySeedSource DropColumnsProcessorConfig EmbeddingColumnConfig EmbeddingInferenceParams ExpressionColumnConfig FailedWorkflowStageMetadata FileContentsSeedSource GaussianSamplerParams GenerationStrategy GenerationType HuggingFaceSeedSource ImageColumnConfig ImageContext ImageFormat ImageInferenceParams IndexRange InequalityOperator InfoType JinjaRenderingEngine JudgeScoreProfilerConfig LLMCodeColumnConfig LLMJudgeColumnConfig LLMStructuredColumnConfig LLMTextColumnConfig LocalCallableValidatorParams LocalFileSeedSource LocalStdioMCPProvider MCPProvider ManualDistribution ManualDistributionParams Modality ModalityContext ModalityDataType ModelConfig ModelProvider PartitionBlock PersonFromFakerSamplerParams PersonSamplerParams PoissonSamplerParams ProcessorType RemoteValidatorParams RequestAdmissionTuningConfig ResumeMode RunConfig RunningWorkflowStageMetadata SamplerColumnConfig SamplerType SamplingStrategy ScalarInequalityConstraint SchedulingMetadata SchedulingMetadataError SchemaTransformProcessorConfig ScipySamplerParams Score SeedConfig SeedDatasetColumnConfig SkipConfig SkippedStageResult SkippedStageStatus SkippedWorkflowStageMetadata SubcategorySamplerParams ThrottleConfig TimeDeltaSamplerParams ToolConfig TraceType UUIDSamplerParams UniformDistribution UniformDistributionParams UniformSamplerParams ValidationColumnConfig ValidatorType VideoContext VideoFormat WorkflowMetadata WorkflowStageMetadata'

/** What each is made with there, in our camel case. */
const CLASSES: { [name: string]: object } = {
  AudioContext: { columnName: 'a' },
  BernoulliMixtureSamplerParams: { p: 0.5, distName: 'expon', distParams: { scale: 1 } },
  BernoulliSamplerParams: { p: 0.5 },
  BinomialSamplerParams: { n: 3, p: 0.5 },
  CategorySamplerParams: { values: ['a', 'b'], weights: [1, 2] },
  ChatCompletionInferenceParams: { temperature: 0.5, topP: 0.9, maxTokens: 8 },
  CodeValidatorParams: { codeLang: 'python' },
  DatetimeSamplerParams: { start: '2024-01-01', end: '2024-02-01', unit: 'h' },
  EmbeddingInferenceParams: { encodingFormat: 'float', dimensions: 4 },
  GaussianSamplerParams: { mean: 1, stddev: 2, decimalPlaces: 1 },
  ImageContext: { columnName: 'a', dataType: 'url' },
  ImageInferenceParams: { timeout: 5 },
  JudgeScoreProfilerConfig: { modelAlias: 'm', summaryScoreSampleSize: 5 },
  LocalCallableValidatorParams: { validationFunction: 'judge' },
  ManualDistribution: { params: { values: [0.1, 0.2] } },
  ManualDistributionParams: { values: [0.1, 0.2], weights: [1, 1] },
  PersonFromFakerSamplerParams: { locale: 'en_GB', ageRange: [20, 30] },
  PersonSamplerParams: { locale: 'en_US', sex: 'Female' },
  PoissonSamplerParams: { mean: 2 },
  RemoteValidatorParams: { endpointUrl: 'http://127.0.0.1:1/judge', maxRetries: 1 },
  ScipySamplerParams: { distName: 'expon', distParams: { scale: 1 } },
  SkipConfig: { when: '{{ a }}', value: 'none' },
  SubcategorySamplerParams: { category: 'c', values: { a: ['x'], b: ['y', 2] } },
  TimeDeltaSamplerParams: { dtMin: 1, dtMax: 3, referenceColumnName: 't' },
  UUIDSamplerParams: { prefix: 'id-', shortForm: true },
  UniformDistribution: { params: { low: 0.1, high: 0.2 } },
  UniformDistributionParams: { low: 0.1, high: 0.2 },
  UniformSamplerParams: { low: 1, high: 2 },
  VideoContext: { columnName: 'a' },
}

const face = dd as unknown as { [name: string]: { new (options?: object): object; [key: string]: unknown } }

it.each(Object.entries(ENUMERATIONS))('%s has the words that are there', (name, words) => {
  expect(face[name]).toMatchObject(words)
  expect(Object.isFrozen(face[name])).toBe(true)
})

it('whatever it exports is here, or docs/data-designer.md tells what takes its place', () => {
  const page = readFileSync(join(root, 'docs/data-designer.md'), 'utf8')
  expect(EXPORTS.split(' ').filter(name => !(name in face) && !page.includes(`\`${name}\``))).toEqual([])
})

it.each(Object.entries(MEMBERS))('%s has the methods that are there', (name, members) => {
  const { prototype } = face[name] as unknown as { prototype: object }
  const source = `${face[name]}${Object.getPrototypeOf(face[name])}`
  const isThere = (member: string) =>
    member in prototype || Object.hasOwn(face[name]!, member) || new RegExp(`\\b${member}\\b`).test(source)
  const camel = (word: string) => word.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
  expect(members.split(' ').filter(member => !isThere(camel(member)) && !isThere(member))).toEqual([])
})

describe.each(Object.entries(CLASSES))('%s', (name, options) => {
  const Class = face[name]!

  it('is what it was made of, and goes by its name', () => {
    const made = new Class(options)
    expect(made).toMatchObject(options)
    expect(made.constructor.name).toBe(name)
  })

  it('refuses keys nobody knows, and tells the name of one of Data Designer’s', () => {
    expect(() => new Class({ ...options, zzz: 1 })).toThrow(/Unknown option 'zzz'/)
    const camel = Object.keys(options).find(key => /[A-Z]/.test(key))
    if (camel === undefined) return
    const snake = camel.replaceAll(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
    expect(() => new Class({ ...options, [snake]: 1 })).toThrow(expect.objectContaining({ hint: `Write it '${camel}'` }))
  })
})

it('processors and validators have all the words of their registries', () => {
  const names = (types: object) =>
    Object.values<{ name: string }>(types as never)
      .map(({ name }) => name)
      .sort()
  expect(Object.values(dd.ProcessorType).sort()).toEqual(names(processorTypes))
  expect(Object.values(dd.ValidatorType).sort()).toEqual(names(validatorTypes))
})

it('what the name says is not said otherwise', () => {
  expect(() => new face['ImageContext']!({ columnName: 'a', modality: 'audio' })).toThrow(`modality: found "audio", expected "image"`)
  expect(() => new face['EmbeddingInferenceParams']!({ generationType: 'image' })).toThrow('expected "embedding"')
  expect(() => new face['UniformSamplerParams']!({ low: 1 })).toThrow('high: found nothing')
  expect(() => new face['ChatCompletionInferenceParams']!({ temperature: 3 })).toThrow('temperature')
})

it('the first notebook, word by word', async () => {
  const builder = new dd.DataDesignerConfigBuilder({ modelConfigs: [] })
  builder
    .addColumn(
      new dd.SamplerColumnConfig({
        name: 'product_category',
        samplerType: dd.SamplerType.CATEGORY,
        params: new dd.CategorySamplerParams({ values: ['Electronics', 'Books'] }),
      }),
    )
    .addColumn(
      new dd.SamplerColumnConfig({
        name: 'product_subcategory',
        samplerType: dd.SamplerType.SUBCATEGORY,
        params: new dd.SubcategorySamplerParams({
          category: 'product_category',
          values: { Electronics: ['Phones', 'Laptops'], Books: ['Fiction', 'Travel'] },
        }),
      }),
    )
    .addColumn(
      new dd.SamplerColumnConfig({
        name: 'customer',
        samplerType: dd.SamplerType.PERSON_FROM_FAKER,
        params: new dd.PersonFromFakerSamplerParams({ ageRange: [18, 70], locale: 'en_US' }),
      }),
    )
    .addColumn(
      new dd.SamplerColumnConfig({
        name: 'stars',
        samplerType: dd.SamplerType.UNIFORM,
        params: new dd.UniformSamplerParams({ low: 1, high: 5 }),
        convertTo: 'int',
      }),
    )
    .addColumn(
      new dd.ExpressionColumnConfig({
        name: 'note',
        expr: '{{ customer.first_name }}',
        skip: new dd.SkipConfig({ when: '{{ stars > 9 }}' }),
      }),
    )
    .addProcessor({ processor_type: 'drop_columns', name: 'fewer', column_names: ['customer'] })
    .addProfiler(new dd.JudgeScoreProfilerConfig({ modelAlias: 'm' }))
    .addConstraint(new dd.ScalarInequalityConstraint({ targetColumn: 'stars', operator: dd.InequalityOperator.GE, rhs: 2 }))
  expect(builder.getProfilers()).toEqual([{ model_alias: 'm' }])
  expect(builder.build()).toEqual(builder.toJSON()['data_designer'])
  const again = await dd.DataDesignerConfigBuilder.fromConfig(builder.build())
  expect(again.build()).toEqual(builder.build())
  const { dataset } = await new dd.DataDesigner({ seed: 1 }).preview(builder, { numRecords: 3 })
  expect(dataset).toHaveLength(3)
  for (const row of dataset) {
    expect(Object.keys(row).sort()).toEqual(['note', 'product_category', 'product_subcategory', 'stars'])
    expect(row['stars']).toBeGreaterThanOrEqual(2)
  }
})

it('rows in memory go by both names, and are rows', async () => {
  const source = new dd.DataFrameSeedSource({ df: [{ a: 1 }] })
  expect(source).toBeInstanceOf(dd.RowsSeedSource)
  const builder = new dd.DataDesignerConfigBuilder().withSeedDataset(source, { samplingStrategy: dd.SamplingStrategy.SHUFFLE })
  expect((await new dd.DataDesigner().preview(builder, { numRecords: 1 })).dataset).toEqual([{ a: 1 }])
  expect(() => new dd.DataFrameSeedSource({ df: 'a.csv' } as never)).toThrow('expected a list of objects')
  expect(() => new dd.RowsSeedSource({ rows: [{ a: 1 }, null] } as never)).toThrow('expected a list of objects')
  expect(() => new dd.RowsSeedSource({ df: [] } as never)).toThrow("Unknown option 'df'")
})
