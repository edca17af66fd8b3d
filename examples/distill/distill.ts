// Sessions of coding agents become records for supervised fine-tuning, judged and sorted. Over your own Claude Code logs:
//   tracewright preview examples/distill/distill.ts -n 3
import {
  AgentRolloutFormat,
  AgentRolloutSeedSource,
  DataDesignerConfigBuilder,
  DropColumnsProcessorConfig,
  ExpressionColumnConfig,
  LLMJudgeColumnConfig,
  LLMStructuredColumnConfig,
  ModelConfig,
  SchemaTransformProcessorConfig,
  type SeedSource,
} from 'tracewright'
import { DIGEST_PROMPT, DIGEST_SYSTEM_PROMPT, JUDGE_PROMPT, JUDGE_SYSTEM_PROMPT, RECORD_PROMPT, RECORD_SYSTEM_PROMPT } from './prompts.ts'
import { SftRecord, scores, TraceDigest } from './shapes.ts'

const claudeCode = () => new AgentRolloutSeedSource({ format: AgentRolloutFormat.CLAUDE_CODE })
const nemotron = (alias: string) => new ModelConfig({ alias, model: 'nvidia/nemotron-3-super-120b-a12b', provider: 'nvidia' })

/** The pipeline; another source or model may take the place of the usual ones. */
export function loadConfigBuilder(
  options: { source?: SeedSource; model?: (alias: string) => ModelConfig } = {},
): DataDesignerConfigBuilder {
  const { source = claudeCode(), model = nemotron } = options
  const builder = new DataDesignerConfigBuilder({ modelConfigs: [model('distiller'), model('judge')] }).withSeedDataset(source)

  // A session that came to no answer has nothing to teach; what is not digested is not asked about further on either.
  builder.addColumn(
    new LLMStructuredColumnConfig({
      name: 'trace_digest',
      modelAlias: 'distiller',
      systemPrompt: DIGEST_SYSTEM_PROMPT,
      prompt: DIGEST_PROMPT,
      outputFormat: TraceDigest,
      skip: { when: '{{ final_assistant_message is none }}' },
    }),
  )
  builder.addColumn(
    new LLMStructuredColumnConfig({
      name: 'sft_record',
      modelAlias: 'distiller',
      systemPrompt: RECORD_SYSTEM_PROMPT,
      prompt: RECORD_PROMPT,
      outputFormat: SftRecord,
      skip: { when: "{{ trace_digest.training_value == 'low' }}" },
      drop: true,
    }),
  )
  builder.addColumn(
    new LLMJudgeColumnConfig({
      name: 'sft_quality_judge_result',
      modelAlias: 'judge',
      systemPrompt: JUDGE_SYSTEM_PROMPT,
      prompt: JUDGE_PROMPT,
      scores,
    }),
  )

  builder.addColumn(new ExpressionColumnConfig({ name: 'sft_instruction', expr: '{{ sft_record.instruction }}' }))
  builder.addColumn(new ExpressionColumnConfig({ name: 'sft_response', expr: '{{ sft_record.response }}' }))
  builder.addColumn(new ExpressionColumnConfig({ name: 'sft_skill_tags', expr: '{{ sft_record.skill_tags }}', dtype: 'json' }))
  builder.addColumn(new ExpressionColumnConfig({ name: 'sft_difficulty', expr: '{{ sft_record.difficulty }}' }))
  for (const { name } of scores)
    builder.addColumn(
      new ExpressionColumnConfig({ name: `${name}_score`, expr: `{{ sft_quality_judge_result.${name}.score }}`, dtype: 'int' }),
    )
  builder.addColumn(new ExpressionColumnConfig({ name: 'trace_training_value', expr: '{{ trace_digest.training_value }}' }))
  builder.addColumn(
    new ExpressionColumnConfig({
      name: 'recommended_for_sft',
      expr: `{{ ${scores.map(({ name }) => `${name}_score >= 4`).join(' and ')} and trace_training_value == 'high' }}`,
      dtype: 'bool',
      skip: { when: '{{ sft_quality_judge_result is none }}', value: false },
    }),
  )

  builder.addProcessor(
    new SchemaTransformProcessorConfig({
      name: 'sft_chat',
      template: {
        id: '{{ trace_id }}',
        messages: [
          { role: 'user', content: '{{ sft_instruction }}' },
          { role: 'assistant', content: '{{ sft_response }}' },
        ],
        skills: '{{ sft_skill_tags }}',
        recommended: '{{ recommended_for_sft }}',
      },
    }),
  )
  return builder.addProcessor(new DropColumnsProcessorConfig({ name: 'without_transcripts', columnNames: ['messages', '*_meta'] }))
}
