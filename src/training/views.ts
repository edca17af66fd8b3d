// The registry. One line per view; nothing else belongs here.
export { action } from './views/action.ts'
export { preference } from './views/preference.ts'
export { session } from './views/session.ts'
export { task } from './views/task.ts'
export { toolInteraction } from './views/tool-interaction.ts'
export { trajectory } from './views/trajectory.ts'
export { turn } from './views/turn.ts'
