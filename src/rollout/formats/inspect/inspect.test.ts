import { afterAll, describe, expect, it } from 'vitest'
import { folderWith, readLogs, removeFolders } from '../../testing/read-logs.ts'

afterAll(removeFolders)

const CREATED = '2026-05-01T09:00:00+00:00'

async function spanOf(sample: object): Promise<unknown[]> {
  const log = {
    version: 2,
    status: 'success',
    eval: { eval_id: 'e', task: 'herons', created: CREATED },
    samples: [{ id: 1, epoch: 1, uuid: 's', messages: [{ id: 'm1', role: 'user', content: 'How many?' }], ...sample }],
  }
  const { rows } = await readLogs(folderWith({ 'herons.json': JSON.stringify(log) }), { format: 'inspect' })
  return rows.map(row => [row.started_at, row.ended_at])
}

describe('when a sample was begun and ended', () => {
  const events = [
    { event: 'sample_init', timestamp: '2026-05-01T09:00:01+00:00' },
    { event: 'model', timestamp: '2026-05-01T09:00:02+00:00', completed: '2026-05-01T09:00:07+00:00' },
  ]

  it('is what its events say, where it does not say it itself', async () => {
    expect(await spanOf({ events })).toEqual([['2026-05-01T09:00:01+00:00', '2026-05-01T09:00:07+00:00']])
  })

  it('is what it says and what its events say', async () => {
    expect(await spanOf({ events, started_at: CREATED, completed_at: '2026-05-01T09:00:09+00:00' })).toEqual([
      [CREATED, '2026-05-01T09:00:09+00:00'],
    ])
  })

  it('is when the evaluation was made, where nothing else is known', async () => {
    expect(await spanOf({})).toEqual([[CREATED, CREATED]])
  })
})
