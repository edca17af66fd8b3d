import type { TrainingMessage } from '../conversation/example.ts'

/** Who speaks, in the words of ShareGPT. */
export function speakerOf({ role }: Pick<TrainingMessage, 'role'>): string {
  return SPEAKERS[role]
}

const SPEAKERS = { system: 'system', user: 'human', assistant: 'gpt', tool: 'observation' } as const
