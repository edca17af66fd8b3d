import type { Model } from './model.ts'
import type { ModelProvider } from './model-provider.ts'

/** What a provider type is given to make a model: where to ask, whom, and with which key. */
export type Connection = { provider: ModelProvider; model: string; key: string | null }

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
  /** Make a model. Loads nothing and calls nobody; the first `generate` does. */
  connect(connection: Connection): Model
}

/** Define a provider type; keeps its name as a literal type. */
export function defineProvider<const Name extends string>(provider: ProviderType<Name>): ProviderType<Name> {
  return provider
}
