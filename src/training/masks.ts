// The registry. One line per mask; nothing else belongs here.
export { errors } from './masks/errors.ts'
export { flags } from './masks/flags.ts'
export { interrupted } from './masks/interrupted.ts'
export { looped } from './masks/looped.ts'
export { replay } from './masks/replay.ts'
