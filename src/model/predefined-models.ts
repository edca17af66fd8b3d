import type { InferenceParameters } from './inference-parameters.ts'
import { ModelConfig } from './model-config.ts'

type Predefined = readonly [provider: string, kind: string, model: string, parameters: InferenceParameters]

const MEDIUM = { extraBody: { reasoning_effort: 'medium' } }

const VECTORS: InferenceParameters = { generationType: 'embedding', encodingFormat: 'float' }

const MODELS: readonly Predefined[] = [
  [
    'nvidia',
    'text',
    'nvidia/nemotron-3.5-lightning-30b-a3b',
    { temperature: 1, topP: 0.95, extraBody: { chat_template_kwargs: { enable_thinking: false } } },
  ],
  ['nvidia', 'reasoning', 'nvidia/nemotron-3-super-120b-a12b', { temperature: 1, topP: 0.95, ...MEDIUM }],
  ['nvidia', 'vision', 'nvidia/nemotron-3-nano-omni-30b-a3b-reasoning', { temperature: 0.6, topP: 0.95 }],
  ['nvidia', 'embedding', 'nvidia/nemotron-3-embed-1b', { ...VECTORS, extraBody: { input_type: 'query' } }],
  ['openai', 'text', 'gpt-4.1', { temperature: 0.85, topP: 0.95 }],
  ['openai', 'reasoning', 'gpt-5', MEDIUM],
  ['openai', 'vision', 'gpt-5', MEDIUM],
  ['openai', 'embedding', 'text-embedding-3-large', VECTORS],
  ['openrouter', 'text', 'nvidia/nemotron-3-nano-30b-a3b', { temperature: 1, topP: 1 }],
  ['openrouter', 'reasoning', 'openai/gpt-oss-20b', { temperature: 0.35, topP: 0.95 }],
  ['openrouter', 'vision', 'nvidia/nemotron-3-nano-omni-30b-a3b-reasoning:free', { temperature: 0.6, topP: 0.95 }],
  ['openrouter', 'embedding', 'openai/text-embedding-3-large', VECTORS],
]

/** Models a config may name by their aliases without defining them: Data Designer's. One of the same alias in a config replaces one of these. */
export const PREDEFINED_MODELS: readonly ModelConfig[] = MODELS.map(
  ([provider, kind, model, inferenceParameters]) => new ModelConfig({ alias: `${provider}-${kind}`, model, provider, inferenceParameters }),
)

/**
 * The models that are there for these aliases: those of a config, and those that are named and not defined there, of `defaults` first and
 * of the predefined ones.
 */
export function withPredefined(
  configs: readonly ModelConfig[],
  aliases: Iterable<string>,
  defaults: readonly ModelConfig[] = [],
): ModelConfig[] {
  const named = new Set(aliases)
  for (const { alias } of configs) named.delete(alias)
  return [...configs, ...[...defaults, ...PREDEFINED_MODELS].filter(({ alias }) => named.delete(alias))]
}
