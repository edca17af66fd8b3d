import type { FormatExample } from '../../format.ts'

/** A small trajectory, as SWE-agent leaves it. */
export function example(id: string, answers: readonly string[]): FormatExample {
  const history = answers.flatMap(answer => [
    { role: 'user', content: 'Mend the kite', agent: 'main', message_type: 'observation' },
    { role: 'assistant', content: answer, thought: answer, action: '', agent: 'main', message_type: 'action' },
  ])
  const info = { exit_status: 'submitted', submission: '', swe_agent_version: '1.1.0' }
  return { 'run/kite-1.traj': JSON.stringify({ environment: id, history, info, trajectory: [] }) }
}
