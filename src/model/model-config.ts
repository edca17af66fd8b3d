import { TracewrightError } from '../errors.ts'
import { booleanAt, choiceAt, objectAt, refuseUnknownKeys, refuseUnknownOptions, requiredStringAt, stringAt } from '../fields.ts'
import type { JsonObject } from '../json/json.ts'
import type { Random } from '../random.ts'
import type { StructuredOutput } from './converse.ts'
import { checkInference, drawParameters, type InferenceParameters, inferenceFromJSON, inferenceToJSON } from './inference-parameters.ts'
import type { ModelParameters } from './model.ts'

/** What a model config is made of. */
export type ModelConfigOptions = {
  alias: string // the name columns use
  model: string // the name the server uses
  provider?: string | null // null: the first provider
  inferenceParameters?: InferenceParameters
  skipHealthCheck?: boolean
  /** How shapes are asked for: 'native' by the server's own means, 'prompt' in words, 'auto' natively where the server takes it. */
  structuredOutput?: StructuredOutput | null
}

const KEYS = ['alias', 'model', 'inference_parameters', 'provider', 'skip_health_check', 'structured_output']

/** A model under the alias columns call it by, with what is sent along. */
export class ModelConfig {
  readonly alias: string
  readonly model: string
  readonly provider: string | null
  readonly inferenceParameters: InferenceParameters
  readonly skipHealthCheck: boolean
  readonly structuredOutput: StructuredOutput | null

  constructor(options: ModelConfigOptions) {
    refuseUnknownOptions(options, KEYS, `model '${options.alias}'`)
    for (const key of ['alias', 'model'] as const) {
      if (typeof options[key] === 'string' && options[key].trim() !== '') continue
      throw new TracewrightError('config', `Cannot make a model config: found ${key} ${JSON.stringify(options[key])}, expected text`)
    }
    this.alias = options.alias
    this.model = options.model
    this.provider = options.provider ?? null
    this.inferenceParameters = { ...options.inferenceParameters }
    this.skipHealthCheck = options.skipHealthCheck ?? false
    this.structuredOutput = options.structuredOutput ?? null
    checkInference(this.inferenceParameters, `model '${this.alias}'`)
  }

  /** Requests of this alias that may be under way at once. */
  get maxParallelRequests(): number {
    return this.inferenceParameters.maxParallelRequests ?? 4
  }

  /** What to send with one request; distributions are drawn from `random`. */
  parameters(random: Random): ModelParameters {
    return drawParameters(this.inferenceParameters, random)
  }

  /** The config in Data Designer's schema, every default written. */
  toJSON(): JsonObject {
    return {
      alias: this.alias,
      model: this.model,
      inference_parameters: inferenceToJSON(this.inferenceParameters),
      provider: this.provider,
      skip_health_check: this.skipHealthCheck,
      ...(this.structuredOutput === null ? {} : { structured_output: this.structuredOutput }),
    }
  }

  /** Read a config in Data Designer's schema. */
  static fromJSON(json: JsonObject): ModelConfig {
    const alias = requiredStringAt(json, 'alias', 'a model config')
    const where = `model '${alias}'`
    refuseUnknownKeys(json, KEYS, where)
    return new ModelConfig({
      alias,
      model: requiredStringAt(json, 'model', where),
      provider: stringAt(json, 'provider', where),
      inferenceParameters: inferenceFromJSON(objectAt(json, 'inference_parameters', where) ?? {}, where),
      skipHealthCheck: booleanAt(json, 'skip_health_check', where) ?? false,
      structuredOutput: choiceAt(json, 'structured_output', where, ['auto', 'native', 'prompt']),
    })
  }
}
