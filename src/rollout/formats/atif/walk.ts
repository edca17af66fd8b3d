import type { DocumentPath, Taking } from '../../log/document.ts'

/**
 * How to walk a file of trajectories: one document, a list of them, or either wrapped in objects with a `trajectory` or
 * `trajectories` of their own, as evaluators write them.
 */
export function takingTrajectories(path: DocumentPath, container: 'object' | 'array'): Taking {
  if (path.length === 0) return 'enter'
  if (container === 'object') return isTrajectoryPath(path) ? 'enter' : 'whole'
  return LISTS.has(String(path.at(-1))) && isTrajectoryPath(path.slice(0, -1)) ? 'enter' : 'whole'
}

const TRAJECTORY = /^(\/\d+)?(\/subagent_trajectories\/\d+|\/trajectory|\/trajectories\/\d+)*$/
const LISTS = new Set(['steps', 'subagent_trajectories', 'trajectories'])

/** Whether a trajectory, or an object around one, stands at this path. */
export function isTrajectoryPath(path: DocumentPath): boolean {
  return TRAJECTORY.test(path.map(key => `/${key}`).join(''))
}

/** Whether a step stands at this path. */
export function isStepPath(path: DocumentPath): boolean {
  return path.at(-2) === 'steps' && typeof path.at(-1) === 'number' && isTrajectoryPath(path.slice(0, -2))
}
