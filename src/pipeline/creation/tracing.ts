import type { Called, ModelObserver } from '../../model/ask/observer.ts'
import type { ModelReply, ModelRequest } from '../../model/model.ts'
import { findModelError } from '../../model/model-error.ts'
import type { AroundCell } from '../rows/run.ts'

/** Spans of a run, its cells and its calls; all of it does nothing where `@opentelemetry/api` is not installed. */
export type Tracing = {
  run<T>(dataset: string, action: () => Promise<T>): Promise<T>
  aroundCell: AroundCell | null
  observer: Pick<ModelObserver, 'call'> // of calls to models
}

type Attributes = { [key: string]: string | number | string[] }

/** The part of an OpenTelemetry span that is used here. */
type Span = {
  setAttributes(attributes: Attributes): unknown
  recordException(error: Error): void
  setStatus(status: { code: number; message?: string }): unknown
  end(): void
}

/** The part of OpenTelemetry's API that is used here. Without a registered provider its spans do nothing. */
type Telemetry = {
  trace: {
    getTracer(name: string): {
      startActiveSpan<T>(name: string, options: { kind: number; attributes: Attributes }, action: (span: Span) => Promise<T>): Promise<T>
    }
  }
}

// Numbers OpenTelemetry gives to kinds of spans and to the status of what failed.
const INTERNAL = 0
const CLIENT = 2
const ERROR_STATUS = 2

/** Find OpenTelemetry's API, if the program that runs this has it. */
export async function openTracing(packageName = '@opentelemetry/api'): Promise<Tracing> {
  const telemetry = (await import(packageName).catch(() => null)) as Telemetry | null
  if (telemetry === null) return { run: (_, action) => action(), aroundCell: null, observer: {} }
  const tracer = telemetry.trace.getTracer('tracewright')
  // Not async, so that it is in no stack of what goes on inside.
  const inSpan = <T>(name: string, kind: number, attributes: Attributes, action: (span: Span) => Promise<T>): Promise<T> =>
    tracer.startActiveSpan(name, { kind, attributes }, span =>
      action(span)
        .catch(error => {
          recordError(span, error)
          throw error
        })
        .finally(() => span.end()),
    )
  return {
    run: (dataset, action) => inSpan('create', INTERNAL, { 'tracewright.dataset': dataset }, action),
    aroundCell: ({ column, row }, compute) =>
      inSpan(`cell ${column}`, INTERNAL, { 'tracewright.column': column, 'tracewright.row': row }, compute),
    observer: {
      call: (called, request, make) =>
        inSpan(`chat ${called.model}`, CLIENT, requestAttributes(called, request), span =>
          make().then(reply => {
            span.setAttributes(replyAttributes(reply))
            return reply
          }),
        ),
    },
  }
}

function recordError(span: Span, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof Error) span.recordException(error)
  span.setAttributes({ 'error.type': findModelError(error)?.failure ?? (error instanceof Error ? error.name : '_OTHER') })
  span.setStatus({ code: ERROR_STATUS, message })
}

/** Named by OpenTelemetry's conventions for generative AI, which leave out what was said. */
function requestAttributes({ alias, model, provider }: Called, { parameters, schema }: ModelRequest): Attributes {
  const { temperature, top_p, max_tokens } = parameters
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': provider,
    'gen_ai.request.model': model,
    'gen_ai.output.type': schema === undefined ? 'text' : 'json',
    ...(temperature === undefined ? {} : { 'gen_ai.request.temperature': temperature }),
    ...(top_p === undefined ? {} : { 'gen_ai.request.top_p': top_p }),
    ...(max_tokens === undefined ? {} : { 'gen_ai.request.max_tokens': max_tokens }),
    'tracewright.model_alias': alias,
  }
}

function replyAttributes({ model, id, finish_reason, usage }: ModelReply): Attributes {
  const { input, cached_input, output } = usage
  return {
    'gen_ai.response.model': model,
    ...(id === null ? {} : { 'gen_ai.response.id': id }),
    ...(finish_reason === null ? {} : { 'gen_ai.response.finish_reasons': [finish_reason] }),
    ...(input === null ? {} : { 'gen_ai.usage.input_tokens': input }),
    ...(cached_input === null ? {} : { 'gen_ai.usage.cache_read.input_tokens': cached_input }),
    ...(output === null ? {} : { 'gen_ai.usage.output_tokens': output }),
  }
}
