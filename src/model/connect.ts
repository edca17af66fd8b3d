import { TracewrightError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import { Random } from '../random.ts'
import { ask, type Line } from './ask/ask.ts'
import { Breaker, type BreakerOptions, type Trouble } from './ask/breaker.ts'
import type { RetryOptions } from './ask/delays.ts'
import { Gates } from './ask/gate.ts'
import { checkHealth, type Patient } from './ask/health.ts'
import { type Asker, type ModelObserver, Observers } from './ask/observer.ts'
import type { ReplyStore } from './ask/reply-store.ts'
import { SchemaMode } from './ask/schema-mode.ts'
import type { ThrottleOptions } from './ask/throttle.ts'
import { UsageTally } from './ask/usage.ts'
import type { StructuredOutput } from './converse.ts'
import type { Model, ModelParameters } from './model.ts'
import { IN_MEMORY, type ModelConfig } from './model-config.ts'
import { ModelProvider } from './model-provider.ts'
import { PREDEFINED_PROVIDERS } from './predefined-providers.ts'
import { defineProvider, type ProviderType } from './provider.ts'
import * as registry from './providers.ts'

/** A chat model by its alias, with what the alias is configured to send. */
export type ConnectedModel = {
  /** Name that columns use for the model. */
  alias: string
  /** Its config. */
  config: ModelConfig
  /** Where it is asked. */
  provider: ModelProvider
  /** The model, with cache, retries and limits around it. */
  model: Model
  /** How shapes are asked for. */
  structuredOutput: StructuredOutput
  /** What is sent along; what is drawn by chance comes from this stream. */
  parameters(random: Random): ModelParameters
}

/** What the models of a run share. */
export type ConnectOptions = {
  providers?: readonly ModelProvider[] // before the predefined ones; the first is the default
  environment?: Record<string, string | undefined> // default process.env
  store?: ReplyStore // replies that were paid for already
  structuredOutput?: StructuredOutput // of models that do not say; default 'auto'
  providerFirst?: boolean // whether a provider's extra_body goes before that of its models; default false
  throttle?: ThrottleOptions
  retry?: RetryOptions
  breaker?: BreakerOptions
  gates?: Gates // limits that outlive these models; default: of their own
  observer?: ModelObserver // told of all that is asked
  callSignal?: AbortSignal // ends calls that are under way; default: what ends the question
}

/** The models of a config, ready to be asked: limited, retried, cached and counted. Nothing is called or loaded before that. */
export class Models {
  /** What was used of them. */
  readonly tally = new UsageTally()
  private readonly options: ConnectOptions
  private readonly configs: ReadonlyMap<string, ModelConfig>
  private readonly connected = new Map<string, ConnectedModel & { line: Line }>()
  private readonly observers: Observers
  private readonly gates: Gates
  private readonly breakers = new Map<string, Breaker>()
  private readonly modes = new Map<string, SchemaMode>()

  constructor(configs: readonly ModelConfig[], options: ConnectOptions = {}) {
    this.options = options
    this.observers = new Observers(this.tally, options.observer ?? {})
    this.gates = options.gates ?? new Gates(options.throttle)
    this.configs = new Map(configs.map(config => [config.alias, config]))
  }

  /** The model of an alias. Throws where nobody defined it, or where its key is missing. */
  get(alias: string): ConnectedModel & { line: Line } {
    const known = this.connected.get(alias)
    if (known !== undefined) return known
    const config = this.configs.get(alias)
    if (config === undefined) throw unknown('model alias', alias, [...this.configs.keys()])
    const provider = providerOf(config, this.options.providers)
    // The stand-in reads no prompts: it fills shapes that are handed to it.
    const isStandIn = provider.providerType === 'stand-in'
    const structuredOutput = isStandIn ? 'auto' : (config.structuredOutput ?? this.options.structuredOutput ?? 'auto')
    const line = this.lineTo(config, provider, structuredOutput)
    const model = askedOver(line, { column: '', alias, row: '' })
    const connected = { alias, config, provider, model, line, structuredOutput, parameters: this.parametersOf(config, provider) }
    this.connected.set(alias, connected)
    return connected
  }

  /** The model of an alias, as the cell of a column asks it: what it uses is the cell's. */
  askedBy(alias: string, cell: { column: string; row: string }): Omit<ConnectedModel, 'config' | 'provider'> {
    const { line, parameters, structuredOutput } = this.get(alias)
    return { alias, parameters, structuredOutput, model: askedOver(line, { ...cell, alias }) }
  }

  /** Tell one more observer of what is asked, until it is let go. */
  observe(observer: ModelObserver): Disposable {
    return this.observers.add(observer)
  }

  /** Ask each alias for a word, but for those that skip it and those whose model another alias stands for. Throws with the first that fails. */
  async checkHealth(aliases: Iterable<string>, signal?: AbortSignal): Promise<void> {
    const distinct = new Map<string, Patient>()
    for (const alias of new Set(aliases)) {
      const { config, provider, parameters, line } = this.get(alias)
      if (config.skipHealthCheck) continue
      const { generationType: makes = 'chat-completion' } = config.inferenceParameters
      distinct.set(`${provider.name}/${config.model}`, { alias, line, makes, parameters: parameters(new Random(0, alias)) })
    }
    const { firstDelay } = this.options.retry ?? {}
    await checkHealth([...distinct.values()], signal, firstDelay === undefined ? {} : { firstDelay })
  }

  /** Endpoints that fail, and since when. */
  troubles(): Trouble[] {
    return [...this.breakers.values()].flatMap(breaker => breaker.trouble ?? [])
  }

  /** How busy each model is: calls under way, calls waiting, and how many may be under way. */
  load(): { alias: string; inFlight: number; waiting: number; limit: number; pausedFor: number }[] {
    return [...this.connected.values()].map(({ alias, config, provider }) => {
      const { throttle, waiters } = this.gates.of(provider.endpoint, config.model, config.maxParallelRequests)
      const pausedFor = Math.max(0, throttle.blockedUntil - performance.now() / 1000)
      return { alias, inFlight: throttle.inFlight, waiting: waiters, limit: throttle.limit, pausedFor }
    })
  }

  /** What an alias sends. What both the alias and its provider put into the body is the alias's, or, as Data Designer has it, the provider's. */
  private parametersOf(config: ModelConfig, provider: ModelProvider): (random: Random) => ModelParameters {
    const { extraBody } = provider
    if (!this.options.providerFirst || extraBody === null) return config.parameters.bind(config)
    return random => {
      const parameters = config.parameters(random)
      return { ...parameters, extra_body: { ...parameters.extra_body, ...extraBody } }
    }
  }

  private lineTo(config: ModelConfig, provider: ModelProvider, structuredOutput: StructuredOutput): Line {
    const { endpoint, name } = provider
    const { store, callSignal, environment = process.env, retry = {} } = this.options
    const type = providerTypeOf(provider)
    return {
      model: type.connect({ provider, model: config.model, key: provider.resolveKey(environment) }),
      called: { alias: config.alias, model: config.model, provider: name },
      // A model that was given itself says so itself.
      embeds: type.embeds === true || type.name === IN_MEMORY,
      draws: type.draws === true || type.name === IN_MEMORY,
      rules: type.remote
        ? { gate: this.gates.of(endpoint, config.model, config.maxParallelRequests), breaker: this.breakerOf(endpoint), retry }
        : {},
      observer: this.observers,
      ...(structuredOutput === 'native' ? {} : { mode: this.modeOf(config, provider, structuredOutput) }),
      ...(store === undefined ? {} : { store }),
      ...(callSignal === undefined ? {} : { callSignal }),
    }
  }

  private breakerOf(endpoint: string): Breaker {
    const breaker = this.breakers.get(endpoint) ?? new Breaker(endpoint, this.options.breaker)
    this.breakers.set(endpoint, breaker)
    return breaker
  }

  private modeOf(config: ModelConfig, provider: ModelProvider, asked: StructuredOutput): SchemaMode {
    const key = `${provider.endpoint}\n${config.model}\n${asked}`
    const mode = this.modes.get(key) ?? new SchemaMode(asked === 'auto' && providerTypeOf(provider).nativeSchema)
    this.modes.set(key, mode)
    return mode
  }
}

function askedOver(line: Line, asker: Asker): Model {
  return { generate: (request, { signal } = {}) => ask(line, asker, request, signal) }
}

/** The provider a model config names; the first one where it names none. Throws where nobody defined it. */
export function providerOf(config: ModelConfig, providers: readonly ModelProvider[] = []): ModelProvider {
  if (config.own !== null) return holding(config.own, config.alias)
  const all = [...providers, ...PREDEFINED_PROVIDERS]
  const provider = config.provider === null ? all[0] : all.find(({ name }) => name === config.provider)
  if (provider === undefined)
    throw unknown('provider', config.provider!, [...new Set(all.map(({ name }) => name))], `model '${config.alias}'`)
  return provider
}

/** What is wrong with the provider a model config names; null where it is known. */
export function unknownProvider(config: ModelConfig, providers: readonly ModelProvider[]): TracewrightError | null {
  try {
    providerTypeOf(providerOf(config, providers))
    return null
  } catch (error) {
    if (error instanceof TracewrightError) return error
    throw error
  }
}

/** The provider of a model that was given itself. Its shape is asked for in the prompt; it is limited and retried as one that is far away. */
function holding(model: Model, alias: string): ModelProvider {
  const providerType = defineProvider({
    name: IN_MEMORY,
    title: 'A model in memory',
    remote: true,
    nativeSchema: false,
    connect: () => model,
    example: null,
  })
  return new ModelProvider({ name: IN_MEMORY, endpoint: `${IN_MEMORY}: ${alias}`, providerType })
}

function providerTypeOf(provider: ModelProvider): ProviderType {
  if (provider.type !== null) return provider.type
  const types: ProviderType[] = Object.values(registry)
  const type = types.find(({ name }) => name === provider.providerType)
  if (type === undefined)
    throw unknown(
      'provider type',
      provider.providerType,
      types.map(({ name }) => name),
      `provider '${provider.name}'`,
    )
  return type
}

function unknown(what: string, name: string, known: string[], where?: string): TracewrightError {
  const guess = nearest(name, known)
  return new TracewrightError(
    'config',
    `Unknown ${what} '${name}': expected ${known.length === 0 ? 'one that is defined' : `one of ${known.join(', ')}`}`,
    {
      ...(where === undefined ? {} : { where }),
      ...(guess === null ? {} : { hint: `Did you mean '${guess}'?` }),
    },
  )
}
