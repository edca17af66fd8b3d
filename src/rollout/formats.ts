// The registry. One line per format; nothing else belongs here.
export { atif } from './formats/atif/index.ts'
export { claudeCode } from './formats/claude-code/index.ts'
export { codex } from './formats/codex/index.ts'
export { copilotCli } from './formats/copilot-cli/index.ts'
export { geminiCli } from './formats/gemini-cli/index.ts'
export { hermesAgent } from './formats/hermes-agent/index.ts'
export { opencode } from './formats/opencode/index.ts'
export { piCodingAgent } from './formats/pi-coding-agent/index.ts'
