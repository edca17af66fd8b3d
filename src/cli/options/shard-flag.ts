import { TracewrightError } from '../../errors.ts'

/**
 * The shards that `--shard` names: `3/512` is the fourth of 512, `3/64` of 512 shards are 3, 67, 131 and so on, and `auto/64` is the task
 * of whatever scheduler runs it.
 */
export function shardsOf(text: string, shards: number | null, environment: NodeJS.ProcessEnv): { shards: number[]; of: number } {
  const [, which, count] = /^(\d+|auto)\/(\d+)$/.exec(text) ?? []
  if (which === undefined || Number(count) < 1)
    throw new TracewrightError('usage', `Cannot make shard '${text}': expected I/N such as 3/512, counted from 0, or auto/N`)
  const tasks = Number(count)
  const task = which === 'auto' ? taskOf(environment) : Number(which)
  if (task >= tasks)
    throw new TracewrightError('usage', `Cannot make shard '${text}': task ${task} is none of ${tasks}, which are 0 to ${tasks - 1}`)
  const of = shards ?? tasks
  return { shards: Array.from({ length: Math.max(0, Math.ceil((of - task) / tasks)) }, (_, i) => task + i * tasks), of }
}

/** The variables in which schedulers say which task of an array this is, counted from 0 but for Slurm, which says where it begins. */
const TASKS = ['SLURM_ARRAY_TASK_ID', 'JOB_COMPLETION_INDEX', 'AWS_BATCH_JOB_ARRAY_INDEX'] as const

function taskOf(environment: NodeJS.ProcessEnv): number {
  const name = TASKS.find(variable => /^\d+$/.test(environment[variable] ?? ''))
  if (name === undefined)
    throw new TracewrightError('usage', `Cannot tell which shard this is: found none of ${TASKS.join(', ')} in the environment`, {
      hint: 'Name it: --shard I/N',
    })
  const first = name === 'SLURM_ARRAY_TASK_ID' ? Number(environment['SLURM_ARRAY_TASK_MIN'] ?? 0) : 0
  return Number(environment[name]) - first
}
