import type { FormatExample } from '../../format.ts'

/** A trajectory of two steps. */
export const example: FormatExample = {
  path: 'run/trajectory.json',
  id: 'a-1',
  content: id =>
    JSON.stringify({
      schema_version: 'ATIF-v1.7',
      session_id: id,
      agent: { name: 'mender', version: '1' },
      steps: [
        { step_id: 1, source: 'user', message: 'Mend the kite' },
        { step_id: 2, source: 'agent', message: 'Mended.' },
      ],
    }),
}
