import { enumerationOf } from '../enumeration.ts'
import { optionsNamed } from '../fields.ts'
import {
  checkInference,
  DISTRIBUTION_FIELDS,
  type Distribution,
  INFERENCE_FIELDS,
  INFERENCE_FIELDS_OF,
  type InferenceParameters,
  type ManualParams,
  type UniformParams,
} from './inference-parameters.ts'

/** What a model makes: `GenerationType.CHAT_COMPLETION` is 'chat-completion'. */
export const GenerationType = enumerationOf(['chat-completion', 'embedding', 'image'] satisfies GenerationType[])

/** What a model makes. */
export type GenerationType = NonNullable<InferenceParameters['generationType']>

/** What every model may be sent. */
type Common = 'generationType' | 'maxParallelRequests' | 'timeout' | 'extraBody'

/** What is sent along to a model that answers in words. */
export type ChatCompletionInferenceParams = Pick<InferenceParameters, Common | 'temperature' | 'topP' | 'maxTokens'>
/** What is sent along to a model that answers in words. */
export const ChatCompletionInferenceParams = inferenceNamed<ChatCompletionInferenceParams>(
  'ChatCompletionInferenceParams',
  'chat-completion',
)

/** What is sent along to a model that makes vectors. */
export type EmbeddingInferenceParams = Pick<InferenceParameters, Common | 'encodingFormat' | 'dimensions'>
/** What is sent along to a model that makes vectors. */
export const EmbeddingInferenceParams = inferenceNamed<EmbeddingInferenceParams>('EmbeddingInferenceParams', 'embedding')

/** What is sent along to a model that makes pictures. */
export type ImageInferenceParams = Pick<InferenceParameters, Common>
/** What is sent along to a model that makes pictures. */
export const ImageInferenceParams = inferenceNamed<ImageInferenceParams>('ImageInferenceParams', 'image')

/** How a number is drawn. */
type Drawn = Exclude<Distribution, number>
/** Between two numbers. */
type Uniform = Exclude<Drawn, Record<'distributionType', 'manual'>>
/** Of some numbers. */
type Manual = Exclude<Drawn, Record<'distributionType', 'uniform'>>

/** Between which numbers one is drawn. */
export type UniformDistributionParams = UniformParams
/** Between which numbers one is drawn. */
export const UniformDistributionParams = optionsNamed<UniformParams>('UniformDistributionParams', ['low', 'high'])

/** A number between two for each request. */
export type UniformDistribution = Uniform
/** A number between two for each request. */
export const UniformDistribution: new (options: Pick<Uniform, 'params'>) => Uniform = optionsNamed<Uniform>(
  'UniformDistribution',
  DISTRIBUTION_FIELDS,
  { fixed: { distributionType: 'uniform' } },
) as never

/** Numbers one is drawn of, and how likely each is. */
export type ManualDistributionParams = ManualParams
/** Numbers one is drawn of, and how likely each is. */
export const ManualDistributionParams = optionsNamed<ManualParams>('ManualDistributionParams', ['values', 'weights'])

/** One of some numbers for each request. */
export type ManualDistribution = Manual
/** One of some numbers for each request. */
export const ManualDistribution: new (options: Pick<Manual, 'params'>) => Manual = optionsNamed<Manual>(
  'ManualDistribution',
  DISTRIBUTION_FIELDS,
  { fixed: { distributionType: 'manual' } },
) as never

function inferenceNamed<Options extends InferenceParameters>(name: string, generationType: GenerationType) {
  return optionsNamed<Options>(
    name,
    { ...INFERENCE_FIELDS, ...INFERENCE_FIELDS_OF[generationType] },
    { fixed: { generationType } as Partial<Options>, check: parameters => checkInference(parameters, name) },
  )
}
