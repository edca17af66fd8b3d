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
export { LLMStructuredColumnConfig } from './column/llm-structured.ts'
export { LLMTextColumnConfig } from './column/llm-text.ts'
export type { ImageContext, PromptOptions, TraceKeeping } from './column/prompt.ts'
export { type ErrorKind, TracewrightError } from './errors.ts'
export type { Json, JsonObject } from './json.ts'
export type { ChatMessage, Model, ModelReply, ModelRequest, TokenUsage } from './model/model.ts'
export { ModelConfig, type ModelConfigOptions } from './model/model-config.ts'
export { Prices } from './model/prices.ts'
export { ModelProvider, type ModelProviderOptions } from './model/model-provider.ts'
export { DataDesignerConfigBuilder, type SeedConfig } from './pipeline/builder.ts'
export { DataDesigner, type DataDesignerOptions, type PreviewOptions } from './pipeline/data-designer.ts'
export { configFromJSON, type LoadOptions, loadConfig } from './pipeline/load.ts'
export type { BillLine, BillSummary } from './pipeline/bill.ts'
export type { CreateOptions } from './pipeline/create.ts'
export { type DatasetAnalysis, DatasetCreationResults } from './pipeline/creation-results.ts'
export type { DisplayOptions } from './pipeline/display.ts'
export { ConfigProblems } from './pipeline/plan.ts'
export { PreviewResults } from './pipeline/preview-results.ts'
export type { Failure } from './pipeline/run.ts'
export type { RunEvent, RunProgress } from './pipeline/run-watch.ts'
export { Random } from './random.ts'
export type { LedgerSummary } from './rollout/ledger.ts'
export { openRollouts, type ReadOptions, type Rollouts, type UnitResult } from './rollout/read.ts'
export type { Block, Diagnostic, Fidelity, Message, MessageMeta, RolloutRow, ToolCall, ToolSchema, Usage } from './rollout/row.ts'
export { type ScanEntry, scanMachine } from './rollout/scan.ts'
export type { Outcome, Reject, Row } from './row.ts'
export { AgentRolloutFormat, type AgentRolloutOptions, AgentRolloutSeedSource } from './seed/rollouts.ts'
export { RowsSeedSource } from './seed/rows.ts'
export type { OpenSeed, SeedSource } from './seed/seed.ts'
export { IndexRange, PartitionBlock, type SamplingStrategy, type SelectionStrategy } from './seed/select.ts'
export { renderTemplate } from './template/template.ts'
