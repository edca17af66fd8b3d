import { enumerationOf } from '../enumeration.ts'
import { optionsNamed } from '../fields.ts'
import { type AudioContext as Audio, MEDIA_FIELDS, type MediaContext, type VideoContext as Video } from './media.ts'
import type { ImageContext as Picture } from './picture.ts'

/** What is put before a model: `Modality.IMAGE` is 'image'. */
export const Modality = enumerationOf(['image', 'audio', 'video'] satisfies Modality[])
/** What is put before a model. */
export type Modality = NonNullable<MediaContext['modality']>

/** What cells with media hold: `ModalityDataType.URL` is 'url'. */
export const ModalityDataType = enumerationOf(['url', 'base64'] satisfies ModalityDataType[])
/** What cells with media hold. */
export type ModalityDataType = NonNullable<MediaContext['dataType']>

/** Formats of pictures: `ImageFormat.PNG` is 'png'. */
export const ImageFormat = enumerationOf(['png', 'jpg', 'jpeg', 'gif', 'webp'])
/** Format of a picture. */
export type ImageFormat = (typeof ImageFormat)[keyof typeof ImageFormat]

/** Formats of sounds: `AudioFormat.MP3` is 'mp3'. */
export const AudioFormat = enumerationOf(['mp3', 'wav'] satisfies AudioFormat[])
/** Format of a sound. */
export type AudioFormat = NonNullable<Audio['audioFormat']>

/** Formats of films: `VideoFormat.WEBM` is 'webm'. */
export const VideoFormat = enumerationOf(['mp4', 'mov', 'webm'] satisfies VideoFormat[])
/** Format of a film. */
export type VideoFormat = NonNullable<Video['videoFormat']>

/** Pictures of a column that are shown to the model with the prompt. */
export type ImageContext = Picture
/** Pictures of a column that are shown to the model with the prompt. */
export const ImageContext = optionsNamed<ImageContext>('ImageContext', MEDIA_FIELDS.image, { fixed: { modality: 'image' } })

/** Sounds of a column that are played to the model with the prompt. */
export type AudioContext = Audio
/** Sounds of a column that are played to the model with the prompt. */
export const AudioContext: new (options: Of<Audio>) => Audio = optionsNamed<Audio>('AudioContext', MEDIA_FIELDS.audio, {
  fixed: { modality: 'audio' },
}) as never

/** Films of a column that are shown to the model with the prompt. */
export type VideoContext = Video
/** Films of a column that are shown to the model with the prompt. */
export const VideoContext: new (options: Of<Video>) => Video = optionsNamed<Video>('VideoContext', MEDIA_FIELDS.video, {
  fixed: { modality: 'video' },
}) as never

/** A context as its constructor takes it: what it is, its name says. */
type Of<Context extends MediaContext> = Omit<Context, 'modality'> & Partial<Pick<Context, 'modality'>>
