import { expect, it } from 'vitest'
import { folder } from '../../../test/pipeline-scene.ts'
import { configFromJSON } from '../config/builder.ts'
import { DataDesigner } from '../data-designer.ts'
import { USUAL_ERROR_RATE } from './error-rate.ts'
import { RunConfig, type RunConfigOptions } from './run-config.ts'

it.each([
  [{ shutdownErrorRate: 1.1 }, 'shutdownErrorRate: found 1.1, expected a number from 0 to 1'],
  [{ shutdownErrorRate: -0.1 }, 'shutdownErrorRate: found -0.1'],
  [{ shutdownErrorWindow: 0 }, 'shutdownErrorWindow: found 0, expected a whole number from 1'],
  [{ bufferSize: 1.5 }, 'bufferSize: found 1.5'],
  [{ maxConversationRestarts: -1 }, 'maxConversationRestarts: found -1'],
  [{ jinjaRenderingEngine: 'sandboxed' }, 'jinjaRenderingEngine: found "sandboxed", expected one of secure, native'],
  [{ buffer_size: 5 }, "Unknown option 'buffer_size'"],
] as [RunConfigOptions, string][])('%j is refused', (options, word) => {
  expect(() => new RunConfig(options)).toThrow(word)
})

it('says of a dataset only what was said to it', () => {
  expect(new RunConfig().createOptions).toEqual({})
  expect(new RunConfig({ shutdownErrorRate: 0.2 }).createOptions).toEqual({ errorRate: { ...USUAL_ERROR_RATE, threshold: 0.2 } })
  expect(new RunConfig({ shutdownErrorWindow: 5, bufferSize: 7 }).createOptions).toEqual({
    errorRate: { ...USUAL_ERROR_RATE, window: 5 },
    partRows: 7,
  })
  expect(new RunConfig({ shutdownErrorRate: 0.2, disableEarlyShutdown: true }).createOptions).toEqual({ errorRate: null })
})

it('what turns nothing here is told of by a preview and by a run', async () => {
  const config = () => configFromJSON({ columns: [{ column_type: 'expression', name: 'a', expr: '1' }] })
  const designer = new DataDesigner({ runConfig: { progress_interval: 3 } })
  const told = 'run_config.progress_interval changes nothing here: progress is told to onProgress'
  expect((await designer.preview(config(), { numRecords: 1 })).warnings).toContain(told)
  const notes: string[] = []
  const onEvent = (event: { type: string; text?: string }) => void (event.type === 'note' && notes.push(event.text!))
  await designer.create(config(), { path: folder(), numRecords: 1, onEvent })
  expect(notes).toContain(told)
})

it('knobs that turn nothing are told of in either case, also by validate', async () => {
  for (const runConfig of [{ maxInFlightTasks: 3, displayTui: true } as RunConfigOptions, { max_in_flight_tasks: 3, display_tui: true }]) {
    const warnings = ['run_config.display_tui changes', 'run_config.max_in_flight_tasks changes']
    expect([...RunConfig.from(runConfig).warnings].sort()).toEqual(warnings.map(text => expect.stringContaining(text)))
    const designer = new DataDesigner({ runConfig })
    const config = configFromJSON({ columns: [{ column_type: 'sampler', name: 's', sampler_type: 'uuid' }] })
    expect((await designer.validate(config)).warnings).toEqual(expect.arrayContaining(warnings.map(text => expect.stringContaining(text))))
  }
  expect(() => new RunConfig({ maxInFlightTask: 3 } as RunConfigOptions)).toThrow("Unknown option 'maxInFlightTask'")
})
