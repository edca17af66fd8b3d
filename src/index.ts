// The public surface, by hand, nothing else.

export { type Codec, defineCodec, type RowFile, type RowWriter, type WriteOptions } from './codec/codec.ts'
export { jsonl } from './codec/jsonl.ts'
export {
  type CellContext,
  type ColumnConfig,
  type ColumnExample,
  type ColumnType,
  type CommonColumnOptions,
  defineColumn,
  type Generator,
  type PictureFolder,
  type Problem,
} from './column/column.ts'
export {
  CodeLang,
  DataDesignerColumnType,
  GenerationStrategy,
  SamplerType,
  SkipConfig,
  TraceType,
} from './column/column-words.ts'
export { commonFromJSON } from './column/common-settings.ts'
export { ConfiguredColumn } from './column/configured-column.ts'
export { CustomColumnConfig } from './column/custom.ts'
export { EmbeddingColumnConfig } from './column/embedding.ts'
export { ExpressionColumnConfig, type ExpressionDtype } from './column/expression.ts'
export {
  customColumnGenerator,
  type GeneratorContext,
  type GeneratorFunction,
  type GeneratorMetadata,
} from './column/generator-function.ts'
export { ImageColumnConfig } from './column/image.ts'
export { LLMCodeColumnConfig } from './column/llm-code.ts'
export { LLMJudgeColumnConfig } from './column/llm-judge.ts'
export { LLMStructuredColumnConfig } from './column/llm-structured.ts'
export { LLMTextColumnConfig } from './column/llm-text.ts'
export type { MediaContext } from './column/media.ts'
export {
  AudioContext,
  AudioFormat,
  ImageContext,
  ImageFormat,
  Modality,
  ModalityDataType,
  VideoContext,
  VideoFormat,
} from './column/media-words.ts'
export type { PromptOptions, TraceKeeping } from './column/prompt.ts'
export { SamplerColumnConfig } from './column/sampler.ts'
export type { SamplerOptions } from './column/sampler-options.ts'
export { Score, type ScoreOptions } from './column/score.ts'
export { ValidationColumnConfig, type ValidationOptions } from './column/validation.ts'
export type { Compat } from './compat.ts'
export type { CostKey } from './cost/cost-keys.ts'
export { type CostLine, type CostOptions, type CostReport, costOf } from './cost/cost-table.ts'
export { Dataset } from './dataset/dataset.ts'
export { readFacts, selectFacts } from './dataset/dataset-facts.ts'
export type { DatasetLimits, RowsOptions } from './dataset/dataset-options.ts'
export type { Facts, Response, ToolFacts } from './dataset/facts.ts'
export type { IngestPlan } from './dataset/ingest-shards/ingest-plan.ts'
export { type IngestShardStatus, ingestStatus } from './dataset/ingest-shards/ingest-status.ts'
export { type IngestMergeResult, mergeIngest } from './dataset/ingest-shards/merge-ingest.ts'
export { ingestShard, type ParsedShard, type ParseShardOptions } from './dataset/ingest-shards/parse-shard.ts'
export { type PlanIngestOptions, planIngest } from './dataset/ingest-shards/plan-ingest.ts'
export { type FileIngestOptions, type FileIngestResult, ingestToFile } from './dataset/ingest-to-file.ts'
export { openDataset } from './dataset/open-dataset.ts'
export type { Condition, OrderBy, Predicate, Scalar, Where } from './dataset/query.ts'
export type { Asked, AskedError, AskedQuestion } from './dataset/run/asked-cells.ts'
export type { RunManifest, RunPart } from './dataset/run/manifest.ts'
export type { EndpointTrouble, RunLife, RunPulse } from './dataset/run/run-life.ts'
export type { Selectors } from './dataset/selectors.ts'
export { ingestToStore } from './dataset/store/ingest.ts'
export type { StoreIngestOptions, StoreIngestResult } from './dataset/store/ingest-options.ts'
export { useExtensions } from './dataset/use-extensions.ts'
export { type ErrorKind, TracewrightError } from './errors.ts'
export type { Field, Fields } from './fields.ts'
export type { Json, JsonObject } from './json/json.ts'
export { type Agreement, agreementOf } from './labels/agreement.ts'
export type { Label, LabelEvent } from './labels/label.ts'
export type { LabelOptions, LabelReport } from './labels/label-book.ts'
export { readLabels } from './labels/label-log.ts'
export { type DeclaredName, declaredNames, declareNames } from './labels/label-names.ts'
export { type LabelSums, type LabelsBy, labelSums } from './labels/label-summary.ts'
export { addLabels, refreshLabels } from './labels/labels.ts'
export type { StructuredOutput } from './model/converse.ts'
export {
  ChatCompletionInferenceParams,
  EmbeddingInferenceParams,
  GenerationType,
  ImageInferenceParams,
  ManualDistribution,
  ManualDistributionParams,
  UniformDistribution,
  UniformDistributionParams,
} from './model/inference-params.ts'
export { findLocalServer, type LocalServer } from './model/local-server.ts'
export type { ChatMessage, Model, ModelReply, ModelRequest, TokenUsage } from './model/model.ts'
export { ModelConfig, type ModelConfigOptions } from './model/model-config.ts'
export { ModelProvider, type ModelProviderOptions } from './model/model-provider.ts'
export { Prices } from './model/prices.ts'
export { defineProvider, type ProviderType, type WireExample } from './model/provider.ts'
export { LocalStdioMCPProvider, MCPProvider } from './model/tools/mcp-provider.ts'
export { ToolConfig, type ToolConfigOptions } from './model/tools/tool-config.ts'
export type { ReportOptions } from './pipeline/analysis/analysis-report.ts'
export type { ColumnStatistics, TokenStatistics } from './pipeline/analysis/column-statistics.ts'
export { DatasetAnalysis } from './pipeline/analysis/dataset-analysis.ts'
export type { SamplerDistribution } from './pipeline/analysis/distribution.ts'
export type { JudgeProfile } from './pipeline/analysis/judge-profile.ts'
export type { CheckOptions, ModelCheck } from './pipeline/check-models.ts'
export type { ToolCheck } from './pipeline/check-tools.ts'
export { configFromJSON, DataDesignerConfigBuilder, loadConfig } from './pipeline/config/builder.ts'
export type { ConfigDefaults } from './pipeline/config/config-defaults.ts'
export type { Extensions, LoadOptions } from './pipeline/config/load.ts'
export type { BillLine, BillSummary } from './pipeline/creation/bill.ts'
export type { CreateOptions } from './pipeline/creation/create-options.ts'
export type { RunEstimate } from './pipeline/creation/estimate.ts'
export type { RunEvent, RunProgress } from './pipeline/creation/run-events.ts'
export { type RunFailure, type RunStatus, runFailures, runStatus } from './pipeline/creation/run-status.ts'
export { JinjaRenderingEngine, ResumeMode, SamplingStrategy } from './pipeline/creation/run-words.ts'
export { DataDesigner } from './pipeline/data-designer.ts'
export type { DataDesignerOptions } from './pipeline/designer-options.ts'
export type { DisplayOptions } from './pipeline/display.ts'
export type { LayoutOptions, LayoutReport } from './pipeline/layout/data-designer-folder.ts'
export type { SeedConfig } from './pipeline/plan/config-parts.ts'
export { ConfigProblems } from './pipeline/plan/config-problems.ts'
export { JudgeScoreProfilerConfig } from './pipeline/plan/profiler.ts'
export type { PreviewOptions } from './pipeline/preview-options.ts'
export { DropColumnsProcessorConfig } from './pipeline/processors/drop-columns.ts'
export { ExportProcessorConfig } from './pipeline/processors/export.ts'
export { NearDuplicatesProcessorConfig } from './pipeline/processors/near-duplicates.ts'
export {
  defineProcessor,
  type FinishedDataset,
  type Processed,
  type Processor,
  type ProcessorConfig,
  type ProcessorExample,
  type ProcessorKind,
} from './pipeline/processors/processor.ts'
export { ProcessorType } from './pipeline/processors/processor-words.ts'
export { SchemaTransformProcessorConfig } from './pipeline/processors/schema-transform.ts'
export { TrainingStagesProcessorConfig } from './pipeline/processors/training-stages.ts'
export { DatasetCreationResults } from './pipeline/results/creation-results.ts'
export { PreviewResults } from './pipeline/results/preview-results.ts'
export { type PublishedRun, publishRun } from './pipeline/results/publish-run.ts'
export type { Failure } from './pipeline/rows/failure.ts'
export { RunConfig, type RunConfigOptions } from './pipeline/rows/run-config.ts'
export { type DataDesignerHome, readDataDesignerHome } from './pipeline/settings/data-designer-home.ts'
export { type MergeResult, mergeShards } from './pipeline/shard/merge.ts'
export { type OpenShards, type OpenShardsOptions, openShards } from './pipeline/shard/open-shards.ts'
export { type PlanShardsOptions, planShards } from './pipeline/shard/plan-shards.ts'
export type { ShardOptions, ShardOutcome } from './pipeline/shard/run-shard.ts'
export type { FrozenPlan, SeedInput, ShardPlan } from './pipeline/shard/shard-plan.ts'
export { type ShardStatus, shardStatus } from './pipeline/shard/shard-status.ts'
export type { StageProgress, WorkflowRunOptions } from './pipeline/workflow/run-options.ts'
export type { StageOptions } from './pipeline/workflow/stage.ts'
export { CompositeWorkflow } from './pipeline/workflow/workflow.ts'
export { CompositeWorkflowResults, type SkippedStageResult } from './pipeline/workflow/workflow-results.ts'
export { Random } from './random.ts'
export { type RedactedRows, redactRows } from './redact/redact-rows.ts'
export type { RedactionReport } from './redact/redaction.ts'
export type { Asset, AssetKeeping } from './rollout/as-atif/content.ts'
export { type AtifTrajectory, toAtif } from './rollout/as-atif/trajectory.ts'
export { assembleRow } from './rollout/conversation/assemble.ts'
export { Conversation } from './rollout/conversation/conversation.ts'
export type {
  Block,
  Diagnostic,
  Fidelity,
  Message,
  MessageMeta,
  RolloutRow,
  ToolCall,
  ToolSchema,
  Usage,
} from './rollout/conversation/row.ts'
export {
  defineFormat,
  type FormatExample,
  type Gives,
  type ParseJob,
  type RolloutFormat,
  type Unit,
} from './rollout/format.ts'
export type { LedgerSummary } from './rollout/log/ledger.ts'
export { readLines } from './rollout/log/lines.ts'
export { openRollouts, type ReadOptions, type Rollouts } from './rollout/read.ts'
export { type ScanEntry, scanMachine } from './rollout/scan.ts'
export { type FolderScan, type PassedOver, type ScannedFormat, scanFolder } from './rollout/scan-folder.ts'
export type { UnitResult } from './rollout/unit-result.ts'
export type { Outcome, Reject, Row } from './row.ts'
export { ColumnInequalityConstraint, ScalarInequalityConstraint } from './sampler/constraint.ts'
export { ConstraintType, InequalityOperator } from './sampler/constraint-words.ts'
export {
  BernoulliMixtureSamplerParams,
  BernoulliSamplerParams,
  BinomialSamplerParams,
  CategorySamplerParams,
  DatetimeSamplerParams,
  GaussianSamplerParams,
  PersonFromFakerSamplerParams,
  PersonSamplerParams,
  PoissonSamplerParams,
  ScipySamplerParams,
  SubcategorySamplerParams,
  TimeDeltaSamplerParams,
  UniformSamplerParams,
  UUIDSamplerParams,
} from './sampler/sampler-params.ts'
export { type FoundIn, type Hit, type SearchOptions, type SearchResult, searchStore } from './search/search-store.ts'
export { DatasetSeedSource } from './seed/dataset.ts'
export { DirectorySeedSource } from './seed/directory.ts'
export { LocalFileSeedSource } from './seed/file.ts'
export { FileContentsSeedSource } from './seed/file-contents.ts'
export type { FolderOptions } from './seed/folder-files.ts'
export { type HuggingFaceSeedOptions, HuggingFaceSeedSource } from './seed/hub.ts'
export { AgentRolloutFormat, type AgentRolloutOptions, AgentRolloutSeedSource } from './seed/rollouts.ts'
export { DataFrameSeedSource, RowsSeedSource } from './seed/rows.ts'
export { defineSeed, type OpenSeed, type SeedExample, type SeedSource, type SeedType } from './seed/seed.ts'
export { IndexRange, PartitionBlock, type SelectionStrategy } from './seed/select.ts'
export { type Studio, type StudioOptions, startStudio } from './studio/studio.ts'
export {
  compileTemplate,
  type RenderOptions,
  renderTemplate,
  type Template,
  TemplateError,
  type TemplateOptions,
} from './template/template.ts'
export { type ChangedRows, diffExports, type ExportDiff } from './training/diff.ts'
export { exportDataset } from './training/export/export.ts'
export type { ExportReport } from './training/folder/export-report.ts'
export { type PushOptions, type PushReport, pushExport } from './training/folder/push.ts'
export { runStages, type StageSettings } from './training/run-stages.ts'
export type { ExportOptions, ExportSettings } from './training/settings/export-options.ts'
export type { ValidationFunction } from './validator/local-callable.ts'
export {
  defineValidator,
  type ValidationContext,
  type ValidationResult,
  type ValidatorKind,
  type ValidatorParams,
} from './validator/validator.ts'
export { CodeValidatorParams, LocalCallableValidatorParams, RemoteValidatorParams } from './validator/validator-params.ts'
export { ValidatorType } from './validator/validator-words.ts'
export { type PageOptions, sessionHTML } from './view/session-html.ts'
export type {
  SessionView,
  ViewBoundary,
  ViewCall,
  ViewChild,
  ViewItem,
  ViewNote,
  ViewOrphan,
  ViewResult,
  ViewWords,
} from './view/session-items.ts'
export { sessionMarkdown } from './view/session-markdown.ts'
export { sessionText, type TextLayout } from './view/session-text.ts'
export { sessionView } from './view/session-view.ts'
