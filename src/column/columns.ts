// The registry. One line per column type; nothing else belongs here.
export { custom } from './custom.ts'
export { expression } from './expression.ts'
export { llmCode } from './llm-code.ts'
export { llmJudge } from './llm-judge.ts'
export { llmStructured } from './llm-structured.ts'
export { llmText } from './llm-text.ts'
export { sampler } from './sampler.ts'
export { validation } from './validation.ts'
