// The registry. One line per seed type; nothing else belongs here.
export { dataset } from './dataset.ts'
export { directory } from './directory.ts'
export { local } from './file.ts'
export { fileContents } from './file-contents.ts'
export { hf } from './hub.ts'
export { agentRollout } from './rollouts.ts'
export { rows } from './rows.ts'
