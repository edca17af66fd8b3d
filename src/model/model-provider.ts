import { TracewrightError } from '../errors.ts'
import { type Fields, objectAt, refuseUnknownKeys, refuseUnknownOptions, requiredStringAt, stringAt } from '../fields.ts'
import { writeJson } from '../json/exact.ts'
import type { JsonObject } from '../json/json.ts'
import type { ProviderType } from './provider.ts'

/** Keys of a provider, as files of providers (`--providers`) hold them. */
export const PROVIDER_FIELDS: Fields = {
  name: ['text', '', 'what model configs call it'],
  endpoint: ['text', '', 'base URL, such as `http://localhost:11434/v1`'],
  provider_type: ['text', '`openai`', 'what is spoken there; see [models](models.md)'],
  api_key: ['text', 'null', 'name of an environment variable, or the key itself'],
  extra_body: ['object', 'null', 'goes into every request body'],
  extra_headers: ['object', 'null', 'goes into the headers of every request'],
}

/** What a provider is made of. */
export type ModelProviderOptions = {
  /** What model configs call it. */
  name: string
  /** Base URL, e.g. http://localhost:11434/v1. */
  endpoint: string
  /** A name, or a type of another package itself. Default 'openai': anything that speaks chat completions. */
  providerType?: string | ProviderType
  /** Name of an environment variable, or the key itself. */
  apiKey?: string | null
  /** Into every request body. */
  extraBody?: JsonObject | null
  /** Sent with every request. */
  extraHeaders?: Record<string, string> | null
}

/** Where models are served: an endpoint, the protocol it speaks, and the key it wants. */
export class ModelProvider {
  /** Name that model configs use. */
  readonly name: string
  /** URL below which it answers. */
  readonly endpoint: string
  /** Protocol it speaks. */
  readonly providerType: string
  /** The protocol itself, where it is of another package. */
  readonly type: ProviderType | null
  /** The key, or the name of the environment variable that holds it; null: none. */
  readonly apiKey: string | null
  /** Put into the body of every request. */
  readonly extraBody: JsonObject | null
  /** Sent with every request. */
  readonly extraHeaders: Record<string, string> | null

  constructor(options: ModelProviderOptions) {
    refuseUnknownOptions(options, PROVIDER_FIELDS, `provider '${options.name}'`)
    const { name, endpoint, providerType = 'openai', apiKey = null, extraBody = null, extraHeaders = null } = options
    if (typeof name !== 'string' || name.trim() === '')
      throw new TracewrightError('config', `Cannot make a model provider: found name ${writeJson(name)}, expected text`)
    if (typeof endpoint !== 'string')
      throw new TracewrightError('config', `endpoint: found ${writeJson(endpoint)}, expected a URL`, { where: `provider '${name}'` })
    this.name = name
    this.endpoint = endpoint.replace(/\/+$/, '')
    this.providerType = typeof providerType === 'string' ? providerType : providerType.name
    this.type = typeof providerType === 'string' ? null : providerType
    this.apiKey = apiKey
    this.extraBody = extraBody
    this.extraHeaders = extraHeaders
  }

  /** The key to send: the variable `apiKey` names, else `apiKey` itself; null where none is wanted. Throws where the variable is not set. */
  resolveKey(environment: Record<string, string | undefined>): string | null {
    if (this.apiKey === null || this.apiKey === '') return null
    const value = environment[this.apiKey]
    if (value !== undefined && value !== '') return value
    // Keys have lower-case letters or dashes in them; names of variables do not.
    if (!/^[A-Z][A-Z0-9_]*$/.test(this.apiKey)) return this.apiKey
    throw new TracewrightError(
      'model',
      `Cannot use provider '${this.name}': found no environment variable ${this.apiKey}, expected an API key`,
      {
        hint: `Set it with: export ${this.apiKey}=<your key>`,
      },
    )
  }

  /** The provider in Data Designer's schema. */
  toJSON(): JsonObject {
    return {
      name: this.name,
      endpoint: this.endpoint,
      provider_type: this.providerType,
      api_key: this.apiKey,
      extra_body: this.extraBody,
      extra_headers: this.extraHeaders,
    }
  }

  /** Read a provider in Data Designer's schema. */
  static fromJSON(json: JsonObject): ModelProvider {
    const name = requiredStringAt(json, 'name', 'a model provider')
    const where = `provider '${name}'`
    refuseUnknownKeys(json, PROVIDER_FIELDS, where)
    const headers = objectAt(json, 'extra_headers', where)
    return new ModelProvider({
      name,
      endpoint: requiredStringAt(json, 'endpoint', where),
      providerType: stringAt(json, 'provider_type', where) ?? 'openai',
      apiKey: stringAt(json, 'api_key', where),
      extraBody: objectAt(json, 'extra_body', where),
      extraHeaders: headers === null ? null : Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, String(value)])),
    })
  }
}
