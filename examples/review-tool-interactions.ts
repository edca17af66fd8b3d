// One row per tool call and its result, labelled as a success or a failure. Run it over your own Claude Code logs:
//   tracewright init review-tool-interactions.ts
//   tracewright preview review-tool-interactions.ts -n 5
import {
  AgentRolloutFormat,
  AgentRolloutSeedSource,
  CustomColumnConfig,
  customColumnGenerator,
  DataDesignerConfigBuilder,
  LLMStructuredColumnConfig,
  ModelConfig,
  type RolloutRow,
  type SeedSource,
  type ToolCall,
} from 'tracewright'
import { z } from 'zod'

/** Make one row of each tool result: the call, the result, and the conversation up to there. */
export const explodeToolInteractions = customColumnGenerator(
  { requiredColumns: ['messages'], sideEffectColumns: ['tool_call', 'tool_response', 'tool_name'] },
  function explodeToolInteractions(row: RolloutRow) {
    const rows: object[] = []
    const callsById = new Map<string, ToolCall>()
    const context: RolloutRow['messages'] = []
    for (const message of row.messages) {
      context.push(message)
      for (const call of message.tool_calls ?? []) callsById.set(call.id, call)
      if (message.role !== 'tool') continue
      const call = callsById.get(message.tool_call_id ?? '') ?? {
        id: message.tool_call_id ?? null,
        type: 'function',
        function: { name: 'unknown', arguments: '{}' },
      }
      rows.push({ ...row, tool_interaction_context: [...context], tool_call: call, tool_response: message, tool_name: call.function.name })
    }
    return rows
  },
)

/** What is to be found out about a tool interaction. */
export const ToolInteractionAnalysis = z.object({
  outcome: z
    .enum(['success', 'failure', 'unclear'])
    .describe('Whether the tool interaction appears to have succeeded, failed, or is ambiguous.'),
  summary: z.string().describe('One or two sentences summarizing what the tool was asked to do and what the response indicates.'),
})

const claudeCode = () => new AgentRolloutSeedSource({ format: AgentRolloutFormat.CLAUDE_CODE })
const nemotron = (alias: string) => new ModelConfig({ alias, model: 'nvidia/nemotron-3-nano-30b-a3b', provider: 'nvidia' })

/** The pipeline; another source or model may take the place of the usual ones. */
export function loadConfigBuilder(
  options: { source?: SeedSource; model?: (alias: string) => ModelConfig } = {},
): DataDesignerConfigBuilder {
  const { source = claudeCode(), model = nemotron } = options
  const configBuilder = new DataDesignerConfigBuilder({ modelConfigs: [model('tool-analyst')] })

  configBuilder.withSeedDataset(source)

  configBuilder.addColumn(
    new CustomColumnConfig({ name: 'tool_interaction_context', generatorFunction: explodeToolInteractions, allowResize: true }),
  )

  configBuilder.addColumn(
    new LLMStructuredColumnConfig({
      name: 'tool_interaction_analysis',
      modelAlias: 'tool-analyst',
      outputFormat: ToolInteractionAnalysis,
      prompt: `\
You are analyzing one tool interaction from an imported agent rollout.

Context up to the tool response:
{{ tool_interaction_context }}

Tool name: {{ tool_name }}

Tool call:
{{ tool_call }}

Tool response:
{{ tool_response }}

Decide whether this interaction is a success, failure, or unclear outcome.
Then summarize what the tool was asked to do and what happened.
Base your answer on the tool call arguments, the tool response, and the immediate context.
`,
    }),
  )
  return configBuilder
}
