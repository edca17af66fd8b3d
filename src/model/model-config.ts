import { TracewrightError } from '../errors.ts'
import {
  booleanAt,
  choiceAt,
  type Fields,
  objectAt,
  refuseUnknownKeys,
  refuseUnknownOptions,
  requiredStringAt,
  stringAt,
} from '../fields.ts'
import { writeJson } from '../json/exact.ts'
import type { JsonObject } from '../json/json.ts'
import type { Random } from '../random.ts'
import type { StructuredOutput } from './converse.ts'
import { checkInference, drawParameters, type InferenceParameters, inferenceFromJSON, inferenceToJSON } from './inference-parameters.ts'
import type { Model, ModelParameters } from './model.ts'

/** Keys of a model config. */
export const MODEL_FIELDS: Fields = {
  alias: ['text', '', 'the name columns use'],
  model: ['text', '', 'the name the server uses; for `llama-cpp`, the path of a GGUF file'],
  provider: ['text', 'the first provider', 'where it is served'],
  inference_parameters: ['object', 'none', 'what is sent along'],
  skip_health_check: ['true or false', 'false', 'do not ask the model one word before the first cell'],
  structured_output: [
    '`auto`, `native` or `prompt`',
    '`auto`; `prompt` under `compat`',
    "how shapes are asked for: `native` by the server's own means, `prompt` in words, `auto` natively where the server takes it",
  ],
}

/** What a model config is made of. */
export type ModelConfigOptions = {
  /** The name columns use. */
  alias: string
  /** The name the server uses, or a model itself: it is asked as it is, by the name of its alias, and is no part of the config that is written. */
  model: string | Model
  /** Null: the first provider. */
  provider?: string | null
  /** What is sent along. Default: the provider decides. */
  inferenceParameters?: InferenceParameters
  /** Whether `create` begins without asking the model once. Default false. */
  skipHealthCheck?: boolean
  /** How shapes are asked for: 'native' by the server's own means, 'prompt' in words, 'auto' natively where the server takes it. */
  structuredOutput?: StructuredOutput | null
}

/** A model under the alias columns call it by, with what is sent along. */
export class ModelConfig {
  /** Name that columns use for the model. */
  readonly alias: string
  /** The provider's name of the model. */
  readonly model: string
  /** The model itself, where it was given so; else null. */
  readonly own: Model | null
  /** Name of the provider; null: the default one. */
  readonly provider: string | null
  /** What is sent along. Default: the provider decides. */
  readonly inferenceParameters: InferenceParameters
  /** Whether `create` begins without asking the model once. Default false. */
  readonly skipHealthCheck: boolean
  /** How shapes are asked for; null: as the run says. */
  readonly structuredOutput: StructuredOutput | null

  constructor(options: ModelConfigOptions) {
    refuseUnknownOptions(options, MODEL_FIELDS, `model '${options.alias}'`)
    const own = isModel(options.model) ? options.model : null
    const named = { alias: options.alias, model: own === null ? options.model : options.alias }
    for (const [key, value] of Object.entries(named)) {
      if (typeof value === 'string' && value.trim() !== '') continue
      throw new TracewrightError('config', `Cannot make a model config: found ${key} ${writeJson(value)}, expected text`)
    }
    this.alias = options.alias
    this.model = named.model as string
    this.own = own
    this.provider = own === null ? (options.provider ?? null) : IN_MEMORY
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

  /** The same, to be asked for a word even where runs begin without. */
  asked(): ModelConfig {
    const { alias, model, own, provider, inferenceParameters, structuredOutput } = this
    return new ModelConfig({ alias, model: own ?? model, provider: own === null ? provider : null, inferenceParameters, structuredOutput })
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
    refuseUnknownKeys(json, MODEL_FIELDS, where)
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

/** Name of the provider of a model that was given itself: nobody else may have it. */
export const IN_MEMORY = 'in memory'

function isModel(value: unknown): value is Model {
  return typeof value === 'object' && value !== null && typeof (value as Model).generate === 'function'
}
