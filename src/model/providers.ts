// The registry. One line per provider type; nothing else belongs here.
export { anthropic } from './anthropic.ts'
export { google } from './google.ts'
export { llamaCpp } from './llama-cpp/llama-cpp.ts'
export { openai, openaiCompatible } from './openai.ts'
export { standIn } from './stand-in.ts'
