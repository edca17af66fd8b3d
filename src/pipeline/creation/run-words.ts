import { enumerationOf } from '../../enumeration.ts'
import type { SamplingStrategy as Strategy } from '../../seed/select.ts'
import type { RunConfig } from '../rows/run-config.ts'

/** In which order a seed's things are taken: `SamplingStrategy.SHUFFLE` is 'shuffle'. */
export const SamplingStrategy = enumerationOf(['ordered', 'shuffle'] satisfies Strategy[])

/** In which order a seed's things are taken. */
export type SamplingStrategy = Strategy

/** Which of Jinja templates may use under `compat`: `JinjaRenderingEngine.NATIVE` is 'native'. */
export const JinjaRenderingEngine = enumerationOf(['native', 'secure'] satisfies JinjaRenderingEngine[])

/** Which of Jinja templates may use under `compat`. */
export type JinjaRenderingEngine = RunConfig['jinjaRenderingEngine']

/** Whether a run goes on that is there: `ResumeMode.IF_POSSIBLE` is 'if_possible'. */
export const ResumeMode = enumerationOf(['never', 'always', 'if_possible'])

/** Whether a run goes on that is there: never, always, or where there is one of the same config. */
export type ResumeMode = (typeof ResumeMode)[keyof typeof ResumeMode]
