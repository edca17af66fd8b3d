// The registry. One line per agent; nothing else belongs here.
export { claudeCode } from './claude-code.ts'
export { codex } from './codex.ts'
export { crush } from './crush.ts'
export { geminiCli } from './gemini-cli.ts'
export { hermesAgent } from './hermes-agent.ts'
export { piCodingAgent } from './pi-coding-agent.ts'
