import { Score } from 'tracewright'
import { z } from 'zod'

/** What a session was about, small enough to write from. */
export const TraceDigest = z.object({
  user_goal: z.string().describe('What the user, or the agent that delegated the work, wanted; understandable on its own.'),
  repository_context: z.string().describe('What about the project or the machine shaped the work.'),
  task_type: z.string().describe('A short label for the kind of work.'),
  notable_actions: z.array(z.string()).min(1).max(6).describe('The steps that mattered, in order.'),
  useful_outcome: z.string().describe('What was achieved or found out.'),
  training_value: z.enum(['high', 'medium', 'low']).describe('How much an assistant could learn from the session.'),
  quality_notes: z.string().describe('What makes the session especially good, narrow, noisy or incomplete.'),
})

/** One exchange to train on. */
export const SftRecord = z.object({
  instruction: z.string().describe('A request a user could make, understandable on its own.'),
  response: z.string().describe('The answer of a good assistant, with nothing in it that the digest does not support.'),
  skill_tags: z.array(z.string()).min(1).max(6).describe('Short names of the skills it shows.'),
  difficulty: z.enum(['easy', 'medium', 'hard']).describe('How hard the request is.'),
})

/** What the judge looks at. */
export const scores = [
  new Score({
    name: 'groundedness',
    description: 'Does the example come from the digest, or could it have been written without it?',
    options: {
      4: 'Comes from the digest throughout.',
      3: 'Comes from the digest, with some general filler.',
      2: 'Keeps the topic and loses much of the substance.',
      1: 'General advice that hardly touches the digest.',
      0: 'Has nothing to do with the digest.',
    },
  }),
  new Score({
    name: 'standalone_task',
    description: 'Can the instruction be understood by somebody who never saw the session?',
    options: {
      4: 'Fully.',
      3: 'Almost; a detail is missing.',
      2: 'Only with guesses about what came before.',
      1: 'Hardly.',
      0: 'Not at all.',
    },
  }),
  new Score({
    name: 'response_quality',
    description: 'Does the response do what the instruction asks, well and precisely?',
    options: {
      4: 'Does it, with the details that matter.',
      3: 'Does it, with small gaps or too many words.',
      2: 'Does part of it, or stays vague.',
      1: 'Leaves most of it out.',
      0: 'Is wrong or of no use.',
    },
  }),
  new Score({
    name: 'faithfulness',
    description: 'Is everything concrete in the example supported by the digest: files, commands, names, settings, code?',
    options: {
      4: 'Everything is.',
      3: 'All but something minor.',
      2: 'Several things are made up.',
      1: 'Most is made up.',
      0: 'It contradicts the digest.',
    },
  }),
  new Score({
    name: 'training_utility',
    description: 'Would an assistant be better for having been trained on it?',
    options: {
      4: 'Certainly.',
      3: 'Probably.',
      2: 'It would make no difference.',
      1: 'Probably not.',
      0: 'It would be worse.',
    },
  }),
]
