// The registry. One line per format; nothing else belongs here.
export { atif } from './atif/index.ts'
export { claudeCode } from './claude-code/index.ts'
export { codex } from './codex/index.ts'
export { hermesAgent } from './hermes-agent/index.ts'
export { piCodingAgent } from './pi-coding-agent/index.ts'
