// One sentence about a random turn of each session. Run it over your own Claude Code logs:
//   tracewright init summarize-random-turn.ts
//   tracewright preview summarize-random-turn.ts -n 3
import {
  AgentRolloutFormat,
  AgentRolloutSeedSource,
  DataDesignerConfigBuilder,
  ExpressionColumnConfig,
  LLMTextColumnConfig,
  ModelConfig,
  type SeedSource,
} from 'tracewright'

const claudeCode = () => new AgentRolloutSeedSource({ format: AgentRolloutFormat.CLAUDE_CODE })
const nemotron = (alias: string) => new ModelConfig({ alias, model: 'nvidia/nemotron-3-nano-30b-a3b', provider: 'nvidia' })

/** The pipeline; another source or model may take the place of the usual ones. */
export function loadConfigBuilder(
  options: { source?: SeedSource; model?: (alias: string) => ModelConfig } = {},
): DataDesignerConfigBuilder {
  const { source = claudeCode(), model = nemotron } = options
  const configBuilder = new DataDesignerConfigBuilder({ modelConfigs: [model('trace-writer')] })

  configBuilder.withSeedDataset(source)

  configBuilder.addColumn(new ExpressionColumnConfig({ name: 'sampled_turn', expr: '{{ messages | random }}' }))

  configBuilder.addColumn(
    new LLMTextColumnConfig({
      name: 'turn_summary',
      modelAlias: 'trace-writer',
      prompt: `\
Summarize this randomly sampled rollout turn in one sentence.
The turn may come from the user, assistant, or a tool result.

Trace: {{ trace_id }}
Turn:
{{ sampled_turn }}
`,
    }),
  )
  return configBuilder
}
