import type { FormatExample } from '../../format.ts'

/** A small trajectory, as a harness leaves it. */
export function example(id: string, answers: readonly string[]): FormatExample {
  const steps = answers.flatMap((answer, i) => [
    { step_id: 2 * i + 1, source: 'user', message: 'Mend the kite' },
    { step_id: 2 * i + 2, source: 'agent', message: answer },
  ])
  return { 'run/trajectory.json': JSON.stringify({ schema_version: 'ATIF-v1.7', session_id: id, agent: AGENT, steps }) }
}

const AGENT = { name: 'mender', version: '1' }
