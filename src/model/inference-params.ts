import { enumerationOf } from '../enumeration.ts'
import { optionsNamed } from '../fields.ts'
import {
  checkInference,
  DISTRIBUTION_FIELDS,
  type Distribution,
  INFERENCE_FIELDS,
  INFERENCE_FIELDS_OF,
  type InferenceParameters,
} from './inference-parameters.ts'

/** What a model makes: `GenerationType.CHAT_COMPLETION` is 'chat-completion'. */
export const GenerationType = enumerationOf(['chat-completion', 'embedding', 'image'] satisfies GenerationType[])

/** What a model makes. */
export type GenerationType = NonNullable<InferenceParameters['generationType']>

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

type DrawnFrom<Kind> = Extract<Distribution, { distributionType: Kind }>

/** Between which numbers one is drawn. */
export type UniformDistributionParams = DrawnFrom<'uniform'>['params']
/** Between which numbers one is drawn. */
export const UniformDistributionParams = optionsNamed<UniformDistributionParams>('UniformDistributionParams', ['low', 'high'])

/** A number between two for each request. */
export type UniformDistribution = { distributionType?: 'uniform'; params: UniformDistributionParams }
/** A number between two for each request. */
export const UniformDistribution: new (options: UniformDistribution) => DrawnFrom<'uniform'> = optionsNamed<DrawnFrom<'uniform'>>(
  'UniformDistribution',
  DISTRIBUTION_FIELDS,
  { fixed: { distributionType: 'uniform' } },
) as never

/** Numbers one is drawn of, and how likely each is. */
export type ManualDistributionParams = DrawnFrom<'manual'>['params']
/** Numbers one is drawn of, and how likely each is. */
export const ManualDistributionParams = optionsNamed<ManualDistributionParams>('ManualDistributionParams', ['values', 'weights'])

/** One of some numbers for each request. */
export type ManualDistribution = { distributionType?: 'manual'; params: ManualDistributionParams }
/** One of some numbers for each request. */
export const ManualDistribution: new (options: ManualDistribution) => DrawnFrom<'manual'> = optionsNamed<DrawnFrom<'manual'>>(
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
