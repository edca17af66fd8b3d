// The registry. One line per seed type; nothing else belongs here.
export { agentRollout } from './rollouts.ts'
export { rows } from './rows.ts'
