import type { FormatExample } from '../../format.ts'

/** A small log of one sample, as Inspect leaves it. */
export function example(id: string, answers: readonly string[]): FormatExample {
  const messages = answers.flatMap((answer, i) => [
    { id: `${id}-a${i}`, content: 'Mend the kite', source: 'input', role: 'user' },
    { id: `${id}-b${i}`, content: answer, source: 'generate', role: 'assistant', model: 'm' },
  ])
  const sample = {
    id: 1,
    epoch: 1,
    input: 'Mend the kite',
    target: '',
    messages,
    scores: {},
    uuid: id,
    started_at: '2026-03-01T10:00:00+00:00',
  }
  const log = {
    version: 2,
    status: 'success',
    eval: {
      eval_id: id,
      run_id: id,
      created: '2026-03-01T10:00:00+00:00',
      task: 'kites',
      task_id: id,
      dataset: {},
      model: 'm',
      config: {},
    },
    samples: [sample],
  }
  return { 'logs/2026-03-01T10-00-00-00-00_kites_01a000000000.json': JSON.stringify(log) }
}
