import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../../../json/json.ts'
import { checkTrajectory } from './check.ts'

const document = (version: string, steps: Json[], more: JsonObject = {}): JsonObject => ({
  schema_version: `ATIF-v${version}`,
  session_id: 's',
  agent: { name: 'a', version: '1' },
  steps,
  ...more,
})
const hello: JsonObject = { step_id: 1, source: 'user', message: 'hello' }
const paths = (json: Json) => checkTrajectory(json).findings.map(({ path }) => path)

describe('checkTrajectory()', () => {
  it('finds nothing in a document that keeps the rules', () => {
    expect(checkTrajectory(document('1.0', [hello]))).toEqual({ verdict: 'valid', findings: [] })
  })

  it('calls a document invalid when something in it cannot be read', () => {
    for (const broken of [null, [], document('1.7', []), document('1.7', ['text']), document('1.7', [hello], { steps: {} })])
      expect(checkTrajectory(broken).verdict).toBe('invalid')
  })

  it('calls a document recoverable when it breaks rules and can be read', () => {
    const { verdict, findings } = checkTrajectory(document('1.7', [hello, { ...hello, step_id: 3 }]))
    expect(verdict).toBe('recoverable')
    expect(findings).toEqual([{ path: 'steps[1].step_id', message: 'Must be 2, found 3' }])
  })

  it('holds fields to the version that brought them', () => {
    const step = { ...hello, message: [{ type: 'text', text: 'x' }], is_copied_context: true, llm_call_count: 1 }
    const root = { extra: {}, trajectory_id: 't' }
    expect(paths(document('1.0', [step], root)).sort()).toEqual([
      'extra',
      'steps[0].is_copied_context',
      'steps[0].llm_call_count',
      'steps[0].message',
      'trajectory_id',
    ])
    expect(paths(document('1.7', [step], root))).toEqual([])
  })

  it('allows an observation on a user or system step from 1.2 on', () => {
    const step = { ...hello, observation: { results: [{ content: 'x' }] } }
    expect(paths(document('1.1', [step]))).toEqual(['steps[0].observation'])
    expect(paths(document('1.2', [step]))).toEqual([])
  })

  it('requires a session id before 1.7, and an id or a path in references from then on', () => {
    const reference = (ref: JsonObject) => [{ ...hello, source: 'agent', observation: { results: [{ subagent_trajectory_ref: [ref] }] } }]
    const { session_id: _, ...unnamed } = document('1.6', [hello])
    expect(paths(unnamed)).toEqual(['session_id'])
    expect(paths({ ...unnamed, schema_version: 'ATIF-v1.7' })).toEqual([])
    expect(paths(document('1.6', reference({ trajectory_path: 'a.json' })))).toEqual([
      'steps[0].observation.results[0].subagent_trajectory_ref[0].session_id',
    ])
    expect(paths(document('1.7', reference({ session_id: 's' })))).toEqual(['steps[0].observation.results[0].subagent_trajectory_ref[0]'])
    expect(paths(document('1.7', reference({ trajectory_id: 'gone' })))).toEqual([
      'steps[0].observation.results[0].subagent_trajectory_ref[0].trajectory_id',
    ])
  })

  it('requires unique ids of embedded trajectories, and checks them too', () => {
    const child = document('1.7', [{ ...hello, source: 'nobody' }], { trajectory_id: 'c' })
    expect(paths(document('1.7', [hello], { subagent_trajectories: [child, child] }))).toEqual([
      'subagent_trajectories[1].trajectory_id',
      'subagent_trajectories[0].steps[0].source',
      'subagent_trajectories[1].steps[0].source',
    ])
  })

  it('finds results of other steps, foreign fields, wrong arguments and impossible counts', () => {
    const step = {
      ...hello,
      source: 'agent',
      tool_calls: [{ tool_call_id: 'c', function_name: 'f', arguments: 'text' }],
      observation: { results: [{ source_call_id: 'd', content: 5 }] },
      metrics: { prompt_tokens: 1, cached_tokens: 2, cost: 3 },
      timestamp: 'soon',
    }
    expect(
      paths(
        document('1.7', [
          { ...hello, model_name: 'm' },
          { ...step, step_id: 2 },
        ]),
      ),
    ).toEqual([
      'steps[0].model_name',
      'steps[1].timestamp',
      'steps[1].tool_calls[0].arguments',
      'steps[1].observation.results[0].source_call_id',
      'steps[1].observation.results[0].content',
      'steps[1].metrics.cost',
      'steps[1].metrics.cached_tokens',
    ])
  })

  it('knows images from 1.6 and audio from 1.8', () => {
    const audio = [{ ...hello, message: [{ type: 'audio', source: { media_type: 'audio/wav', path: 'a' } }] }]
    expect(paths(document('1.7', audio))).toEqual(['steps[0].message[0].type'])
    expect(paths(document('1.8', audio))).toEqual([])
  })
})
