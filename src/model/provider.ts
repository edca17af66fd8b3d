import type { Json, JsonObject } from '../json/json.ts'
import type { Model } from './model.ts'

/** What a provider type is given to make a model: where to ask, whom, and with which key. */
export type Connection = {
  /** The provider as it is configured. */
  provider: {
    readonly name: string
    readonly endpoint: string
    readonly extraBody: JsonObject | null
    readonly extraHeaders: Record<string, string> | null
  }
  /** The provider's name of the model. */
  model: string
  /** The key itself; null: none. */
  key: string | null
}

/** How a protocol says one thing: for the tests every provider type is held to. */
export type WireExample = {
  /** Path of the request that asks model 'm' below an endpoint that ends in `/v1`. */
  path: string
  /** Header that holds the key, in small letters. */
  keyHeader: string
  /** The body of a reply: this text of model 'm' under the id 'r1', made of 5 tokens of prompt and 2 of completion. */
  reply(text: string): Json
  /** The body of an error, beside the status 400. */
  error(message: string): Json
}

/** A protocol models are served by. */
export interface ProviderType<Name extends string = string> {
  /** Stable name, as `provider_type` holds it. */
  readonly name: Name
  /** One line for people: what speaks it. */
  readonly title: string
  /** Whether models of it are reached over the network. */
  readonly remote: boolean
  /** Whether a schema can be sent along; else every schema is asked for in the prompt. */
  readonly nativeSchema: boolean
  /** Whether it gives vectors of texts. Default false. */
  readonly embeds?: boolean
  /** Whether it gives pictures. Default false. */
  readonly draws?: boolean
  /**
   * Make a model. Loads nothing and calls nobody; the first `generate` does, once, whatever comes of it. A call that was cancelled before
   * is refused as 'cancelled'. Where `nativeSchema` holds, a request with a schema gives its value in `reply.value`.
   */
  connect(connection: Connection): Model
  /** How it speaks; 'itself' where it answers without a server, null where that takes files of the user's. */
  readonly example: WireExample | 'itself' | null
}

/** Define a provider type; keeps its name as a literal type. */
export function defineProvider<const Name extends string>(provider: ProviderType<Name>): ProviderType<Name> {
  return provider
}
