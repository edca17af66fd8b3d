import type { RolloutRow } from '../../conversation/row.ts'

/** How the row of an agent hangs on its run: who speaks first (null) is the run's own, the others work for it. */
export function agentIn(run: string, agent: string | null) {
  return {
    trace_id: agent === null ? run : `${run}#${agent}`,
    root_session_id: run,
    agent_id: agent,
    is_sidechain: agent !== null,
    parent_trace_id: agent === null ? null : run,
    relation: agent === null ? null : ('subagent' as const),
  }
}

/** How the row of an attempt hangs on its run, which kept another. */
export function attemptIn(run: string, n: number): Pick<RolloutRow, 'trace_id' | 'parent_trace_id' | 'relation'> {
  return { trace_id: `${run}#attempt-${n + 1}`, parent_trace_id: run, relation: 'branch' }
}
