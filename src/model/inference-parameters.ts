import {
  choiceAt,
  type Fields,
  listAt,
  numberAt,
  objectAt,
  refuse,
  refuseUnknownKeys,
  refuseUnknownOptions,
  stringAt,
  writtenNumber,
} from '../fields.ts'
import { writeJson } from '../json/exact.ts'
import { isObject, type Json, type JsonObject } from '../json/json.ts'
import { asFloat } from '../json/number.ts'
import type { Random } from '../random.ts'
import { countFrom, isCount } from '../whole-number.ts'
import type { ModelParameters } from './model.ts'

/** A number, or how to draw one for each request. */
export type Distribution =
  | number
  | {
      /** How it is drawn. */
      distributionType: 'uniform'
      /** What it is drawn from. */
      params: UniformParams
    }
  | {
      /** How it is drawn. */
      distributionType: 'manual'
      /** What it is drawn from. */
      params: ManualParams
    }

/** Between which numbers one is drawn. */
export type UniformParams = {
  /** The lower end. */
  low: number
  /** The upper end. */
  high: number
}

/** Numbers one is drawn of, and how likely each is. */
export type ManualParams = {
  /** The numbers. */
  values: number[]
  /** How likely each of them is, in any unit. Default: all alike. */
  weights?: number[] | null
}

/** What an alias sends with its requests, and how many of them at once. Absent and null mean: the server's default. */
export type InferenceParameters = {
  /** What is asked for. Default 'chat-completion'. */
  generationType?: 'chat-completion' | 'embedding' | 'image'
  /** 0 to 2. */
  temperature?: Distribution | null
  /** 0 to 1. */
  topP?: Distribution | null
  /** Most tokens of the reply. Default: the server decides. */
  maxTokens?: number | null
  /** Embedding. */
  encodingFormat?: 'float' | 'base64'
  /** Embedding. */
  dimensions?: number | null
  /** Default 4. */
  maxParallelRequests?: number
  /** Seconds; default 60. */
  timeout?: number | null
  /** Put into the body of every request. */
  extraBody?: JsonObject | null
}

/** Keys of the parameters, whatever is generated, and those that only one generation type has. */
export const INFERENCE_FIELDS: Fields = {
  generation_type: ['`chat-completion`, `embedding` or `image`', '`chat-completion`', 'what is generated'],
  max_parallel_requests: ['whole number from 1', '4', 'requests that may be under way at once'],
  timeout: ['seconds above 0', '60', 'how long a reply may take'],
  extra_body: ['object', 'null', 'goes into the request body'],
}
export const INFERENCE_FIELDS_OF: { readonly [type in 'chat-completion' | 'embedding' | 'image']: Fields } = {
  'chat-completion': {
    temperature: ['number from 0 to 2, or a distribution', "the server's", 'how freely is chosen'],
    top_p: ['number from 0 to 1, or a distribution', "the server's", 'from how much of the likeliest is chosen'],
    max_tokens: ['whole number from 1', "the server's", 'how long a reply may be'],
  },
  embedding: {
    encoding_format: ['`float` or `base64`', '`float`', 'how vectors are sent'],
    dimensions: ['number', "the model's", 'how many numbers a vector has'],
  },
  image: {},
}

const ALL_FIELDS: Fields = Object.assign({}, INFERENCE_FIELDS, ...Object.values(INFERENCE_FIELDS_OF))

/** Keys of a distribution, and of its `params`. */
export const DISTRIBUTION_FIELDS: Fields = {
  distribution_type: ['`uniform` or `manual`', 'by its `params`', 'how a number is drawn for each request'],
  params: ['object', '', '`low` and `high`, or `values` and, if you like, `weights`'],
}

/** The parameters of one request: distributions drawn from `random`, which a run gives each row and column. */
export function drawParameters(inference: InferenceParameters, random: Random): ModelParameters {
  const { temperature, topP, maxTokens, timeout, extraBody, generationType, encodingFormat, dimensions } = inference
  return {
    ...(temperature == null ? {} : { temperature: draw(temperature, random) }),
    ...(topP == null ? {} : { top_p: draw(topP, random) }),
    ...(maxTokens == null ? {} : { max_tokens: maxTokens }),
    ...(generationType === 'embedding'
      ? { encoding_format: encodingFormat ?? 'float', ...(dimensions == null ? {} : { dimensions }) }
      : {}),
    ...(timeout == null ? {} : { timeout }),
    ...(extraBody == null ? {} : { extra_body: extraBody }),
  }
}

function draw(distribution: Distribution, random: Random): number {
  if (typeof distribution === 'number') return distribution
  if (distribution.distributionType === 'uniform') {
    const { low, high } = distribution.params
    return low + random.next() * (high - low)
  }
  const { values, weights } = distribution.params
  if (weights == null) return random.pick(values)!
  let left = random.next() * weights.reduce((sum, weight) => sum + weight, 0)
  return values[weights.findIndex(weight => (left -= weight) < 0)] ?? values.at(-1)!
}

/** The parameters as configs hold them, every default written. */
export function inferenceToJSON(inference: InferenceParameters): JsonObject {
  const type = inference.generationType ?? 'chat-completion'
  const own: Record<typeof type, JsonObject> = {
    'chat-completion': {
      temperature: distributionToJSON(inference.temperature),
      top_p: distributionToJSON(inference.topP),
      max_tokens: inference.maxTokens ?? null,
    },
    embedding: { encoding_format: inference.encodingFormat ?? 'float', dimensions: inference.dimensions ?? null },
    image: {},
  }
  return {
    generation_type: type,
    max_parallel_requests: inference.maxParallelRequests ?? 4,
    timeout: inference.timeout ?? null,
    extra_body: inference.extraBody ?? null,
    ...own[type],
  }
}

/** Read the parameters of a config; a key the generation type does not have is refused. */
export function inferenceFromJSON(json: JsonObject, where: string): InferenceParameters {
  const type = choiceAt(json, 'generation_type', where, ['chat-completion', 'embedding', 'image']) ?? 'chat-completion'
  refuseUnknownKeys(json, { ...INFERENCE_FIELDS, ...INFERENCE_FIELDS_OF[type] }, where)
  const encodingFormat = choiceAt(json, 'encoding_format', where, ['float', 'base64'])
  return {
    generationType: type,
    temperature: distributionFromJSON(json['temperature'], 'temperature', where),
    topP: distributionFromJSON(json['top_p'], 'top_p', where),
    maxTokens: numberAt(json, 'max_tokens', where),
    dimensions: numberAt(json, 'dimensions', where),
    maxParallelRequests: numberAt(json, 'max_parallel_requests', where) ?? 4,
    timeout: numberAt(json, 'timeout', where),
    extraBody: objectAt(json, 'extra_body', where),
    ...(encodingFormat === null ? {} : { encodingFormat }),
  }
}

/** Refuse values no server takes: the reference's own bounds. */
export function checkInference(inference: InferenceParameters, where: string): void {
  refuseUnknownOptions(inference, ALL_FIELDS, where)
  for (const distribution of [inference.temperature, inference.topP])
    if (typeof distribution === 'object' && distribution !== null) refuseUnknownOptions(distribution, DISTRIBUTION_FIELDS, where)
  const { temperature, topP, maxTokens, maxParallelRequests, timeout } = inference
  checkDistribution(temperature, 'temperature', 0, 2, where)
  checkDistribution(topP, 'top_p', 0, 1, where)
  for (const [name, value] of Object.entries({ max_tokens: maxTokens, max_parallel_requests: maxParallelRequests }))
    if (value != null && !isCount(value, 1)) wrong(name, value, countFrom(1), where)
  if (timeout != null && !(timeout > 0)) wrong('timeout', timeout, 'seconds above 0', where)
}

function checkDistribution(distribution: Distribution | null | undefined, name: string, low: number, high: number, where: string): void {
  if (distribution == null) return
  const [values, weights] =
    typeof distribution === 'number'
      ? [[distribution], null]
      : distribution.distributionType === 'uniform'
        ? [[distribution.params.low, distribution.params.high], null]
        : [distribution.params.values, distribution.params.weights]
  if (values.length === 0) wrong(name, [], 'at least one value', where)
  for (const value of values) if (!(value >= low && value <= high)) wrong(name, value, `a number from ${low} to ${high}`, where)
  if (values.length === 2 && typeof distribution !== 'number' && distribution.distributionType === 'uniform' && values[0]! >= values[1]!)
    wrong(name, values, 'low below high', where)
  if (
    weights != null &&
    (weights.length !== values.length || weights.some(weight => !(weight >= 0)) || !weights.some(weight => weight > 0))
  )
    wrong(name, weights, 'a weight from 0 for each value, and one above 0', where)
}

function distributionToJSON(distribution: Distribution | null | undefined): Json {
  if (distribution == null) return null
  if (typeof distribution === 'number') return asFloat(distribution)
  if (distribution.distributionType === 'uniform')
    return { distribution_type: 'uniform', params: { low: asFloat(distribution.params.low), high: asFloat(distribution.params.high) } }
  const { values, weights = null } = distribution.params
  return { distribution_type: 'manual', params: { values: values.map(asFloat), weights: weights && normalized(weights).map(asFloat) } }
}

function normalized(weights: number[]): number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return sum === 1 ? [...weights] : weights.map(weight => weight / sum)
}

function distributionFromJSON(json: Json | undefined, name: string, where: string): Distribution | null {
  if (json === undefined || json === null) return null
  const number = writtenNumber(json)
  if (number !== null) return number
  if (!isObject(json)) return wrong(name, json, 'a number or a distribution', where)
  const at = `${where}, ${name}`
  refuseUnknownKeys(json, DISTRIBUTION_FIELDS, at)
  const params = objectAt(json, 'params', at) ?? {}
  const type = stringAt(json, 'distribution_type', at) ?? ('values' in params ? 'manual' : 'uniform')
  if (type === 'uniform') {
    const [low, high] = [numberAt(params, 'low', at), numberAt(params, 'high', at)]
    if (low === null || high === null) return wrong(name, params, 'low and high', where)
    return { distributionType: 'uniform', params: { low, high } }
  }
  if (type !== 'manual') return wrong(`${name}.distribution_type`, type, 'uniform or manual', where)
  const values = numbers(listAt(params, 'values', at), `${name}.values`, where)
  const weights = params['weights'] == null ? null : numbers(listAt(params, 'weights', at), `${name}.weights`, where)
  return values === null ? null : { distributionType: 'manual', params: { values, weights } }
}

function numbers(list: Json[] | null, name: string, where: string): number[] | null {
  const values = list?.map(writtenNumber) ?? [null]
  return values.every(value => value !== null) ? values : wrong(name, list, 'a list of numbers', where)
}

function wrong(name: string, found: unknown, expected: string, where: string): null {
  refuse(`${name}: found ${writeJson(found)}, expected ${expected}`, where)
  return null
}
