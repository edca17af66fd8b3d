import { ModelProvider } from './model-provider.ts'

/** Providers a config may name without defining them. A provider of the same name given by the user replaces one of these. */
export const PREDEFINED_PROVIDERS: readonly ModelProvider[] = [
  new ModelProvider({ name: 'nvidia', endpoint: 'https://integrate.api.nvidia.com/v1', apiKey: 'NVIDIA_API_KEY' }),
  new ModelProvider({ name: 'openai', endpoint: 'https://api.openai.com/v1', apiKey: 'OPENAI_API_KEY' }),
  new ModelProvider({ name: 'openrouter', endpoint: 'https://openrouter.ai/api/v1', apiKey: 'OPENROUTER_API_KEY' }),
  new ModelProvider({
    name: 'anthropic',
    endpoint: 'https://api.anthropic.com/v1',
    providerType: 'anthropic',
    apiKey: 'ANTHROPIC_API_KEY',
  }),
  new ModelProvider({
    name: 'google',
    endpoint: 'https://generativelanguage.googleapis.com/v1beta',
    providerType: 'google',
    apiKey: 'GEMINI_API_KEY',
  }),
  new ModelProvider({ name: 'ollama', endpoint: 'http://localhost:11434/v1' }),
  new ModelProvider({ name: 'lm-studio', endpoint: 'http://localhost:1234/v1' }),
  new ModelProvider({ name: 'llama-cpp', endpoint: 'in-process', providerType: 'llama-cpp' }),
  new ModelProvider({ name: 'stand-in', endpoint: 'built-in', providerType: 'stand-in' }),
]
