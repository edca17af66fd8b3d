import type { Model } from '../model/model.ts'
import type { AroundCell } from './run.ts'

/** The part of an OpenTelemetry span that is used here. */
type Span = {
  setAttributes(attributes: { [key: string]: string | number }): unknown
  recordException(error: Error): void
  setStatus(status: { code: number; message?: string }): unknown
  end(): void
}

/** The part of OpenTelemetry's API that is used here. Without a registered provider its spans do nothing. */
type Telemetry = {
  trace: {
    getTracer(name: string): {
      startActiveSpan<T>(name: string, options: { attributes: object }, action: (span: Span) => Promise<T>): Promise<T>
    }
  }
}

const ERROR_STATUS = 2

/** Spans of a run, its cells and its calls; all of it does nothing where `@opentelemetry/api` is not installed. */
export type Tracing = {
  run<T>(dataset: string, action: () => Promise<T>): Promise<T>
  aroundCell: AroundCell | null
  call(model: Model, alias: string): Model
}

/** Find OpenTelemetry's API, if the program that runs this has it. */
export async function openTracing(packageName = '@opentelemetry/api'): Promise<Tracing> {
  const telemetry = (await import(packageName).catch(() => null)) as Telemetry | null
  if (telemetry === null) return { run: (_, action) => action(), aroundCell: null, call: model => model }
  const tracer = telemetry.trace.getTracer('tracewright')
  const inSpan = <T>(name: string, attributes: { [key: string]: string }, action: (span: Span) => Promise<T>): Promise<T> =>
    tracer.startActiveSpan(name, { attributes }, async span => {
      try {
        return await action(span)
      } catch (error) {
        if (error instanceof Error) span.recordException(error)
        span.setStatus({ code: ERROR_STATUS, message: error instanceof Error ? error.message : String(error) })
        throw error
      } finally {
        span.end()
      }
    })
  return {
    run: (dataset, action) => inSpan('create', { 'tracewright.dataset': dataset }, action),
    aroundCell: ({ column, row }, compute) => inSpan(`cell ${column}`, { 'tracewright.column': column, 'tracewright.row': row }, compute),
    call: (model, alias) => ({
      generate: (request, options) =>
        inSpan(`chat ${alias}`, { 'gen_ai.operation.name': 'chat', 'tracewright.model_alias': alias }, async span => {
          const reply = await model.generate(request, options)
          const { input, output } = reply.usage
          span.setAttributes({
            'gen_ai.response.model': reply.model,
            ...(input === null ? {} : { 'gen_ai.usage.input_tokens': input }),
            ...(output === null ? {} : { 'gen_ai.usage.output_tokens': output }),
          })
          return reply
        }),
    }),
  }
}
