// The public surface, by hand, nothing else.
export type { CellContext, ColumnConfig, CommonColumnOptions, Problem, SkipConfig } from './column/column.ts'
export {
  CustomColumnConfig,
  customColumnGenerator,
  type GenerationStrategy,
  type GeneratorContext,
  type GeneratorFunction,
  type GeneratorMetadata,
} from './column/custom.ts'
export { ExpressionColumnConfig, type ExpressionDtype } from './column/expression.ts'
export { type CodeLang, LLMCodeColumnConfig } from './column/llm-code.ts'
export { LLMJudgeColumnConfig } from './column/llm-judge.ts'
export { LLMStructuredColumnConfig } from './column/llm-structured.ts'
export { LLMTextColumnConfig } from './column/llm-text.ts'
export type { ImageContext, PromptOptions, TraceKeeping } from './column/prompt.ts'
export { Score } from './column/score.ts'
export { Dataset, type DatasetLimits, openDataset, type RowsOptions } from './dataset/open-dataset.ts'
export type { Condition, OrderBy, Predicate, Scalar, Where } from './dataset/query.ts'
export type { RunManifest, RunPart } from './dataset/run/manifest.ts'
export { ingestToStore, type StoreIngestOptions, type StoreIngestResult } from './dataset/store/ingest.ts'
export { type ErrorKind, TracewrightError } from './errors.ts'
export type { Json, JsonObject } from './json/json.ts'
export { findLocalServer, type LocalServer } from './model/local-server.ts'
export type { ChatMessage, Model, ModelReply, ModelRequest, TokenUsage } from './model/model.ts'
export { ModelConfig, type ModelConfigOptions } from './model/model-config.ts'
export { ModelProvider, type ModelProviderOptions } from './model/model-provider.ts'
export { Prices } from './model/prices.ts'
export type { BillLine, BillSummary } from './pipeline/bill.ts'
export { DataDesignerConfigBuilder, type SeedConfig } from './pipeline/builder.ts'
export type { CreateOptions } from './pipeline/create-options.ts'
export { type DatasetAnalysis, DatasetCreationResults } from './pipeline/creation-results.ts'
export { DataDesigner, type DataDesignerOptions, type PreviewOptions } from './pipeline/data-designer.ts'
export type { DisplayOptions } from './pipeline/display.ts'
export { DropColumnsProcessorConfig } from './pipeline/drop-columns.ts'
export type { RunEstimate } from './pipeline/estimate.ts'
export { configFromJSON, type LoadOptions, loadConfig } from './pipeline/load.ts'
export { ConfigProblems } from './pipeline/plan.ts'
export { PreviewResults } from './pipeline/preview-results.ts'
export type { ProcessorConfig } from './pipeline/processor.ts'
export type { Failure } from './pipeline/run.ts'
export type { RunEvent, RunProgress } from './pipeline/run-watch.ts'
export { SchemaTransformProcessorConfig } from './pipeline/schema-transform.ts'
export { Random } from './random.ts'
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
export type { LedgerSummary } from './rollout/log/ledger.ts'
export { openRollouts, type ReadOptions, type Rollouts, type UnitResult } from './rollout/read.ts'
export { type ScanEntry, scanMachine } from './rollout/scan.ts'
export type { Outcome, Reject, Row } from './row.ts'
export { DatasetSeedSource } from './seed/dataset.ts'
export { DirectorySeedSource } from './seed/directory.ts'
export { LocalFileSeedSource } from './seed/file.ts'
export { FileContentsSeedSource } from './seed/file-contents.ts'
export type { FolderOptions } from './seed/folder-files.ts'
export { AgentRolloutFormat, type AgentRolloutOptions, AgentRolloutSeedSource } from './seed/rollouts.ts'
export { RowsSeedSource } from './seed/rows.ts'
export type { OpenSeed, SeedSource } from './seed/seed.ts'
export { IndexRange, PartitionBlock, type SamplingStrategy, type SelectionStrategy } from './seed/select.ts'
export {
  compileTemplate,
  type RenderOptions,
  renderTemplate,
  type Template,
  TemplateError,
  type TemplateOptions,
} from './template/template.ts'
export { diffExports, type ExportDiff } from './training/diff.ts'
export { type ExportReport, exportDataset } from './training/export.ts'
export type { ExportOptions } from './training/export-options.ts'
export { type PushOptions, type PushReport, pushExport } from './training/push.ts'
