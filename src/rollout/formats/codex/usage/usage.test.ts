import { afterAll, describe, expect, it } from 'vitest'
import { codes, folderWith, readAll, removeFolders } from '../testing/read-fixture.ts'
import { answered, asked, counted, event, FILE, rollout, THREAD } from '../testing/thread.ts'

afterAll(removeFolders)

async function read(records: readonly object[], options = {}) {
  return (await readAll(folderWith({ [FILE]: rollout(records) }), options)).rows[0]!
}

const first = [asked('One'), answered('1'), counted([100, 10], [100, 10])]

describe('a count that was never written', () => {
  it('is said, counts for the row, and for no response', async () => {
    const row = await read([...first, event('turn_aborted', {}), asked('Two'), answered('2'), counted([350, 31], [100, 10])])
    expect(row.usage).toMatchObject({ input_tokens: 350, output_tokens: 31 })
    expect(row.message_meta.flatMap(({ usage }) => usage?.input_tokens ?? [])).toEqual([100, 100])
    expect(row.diagnostics).toMatchObject([{ code: 'uncounted_response', detail: { input_tokens: 150, output_tokens: 11 } }])
  })

  it('is seen at the first count too', async () => {
    const row = await read([asked('One'), answered('1'), counted([130, 14], [100, 10])])
    expect([row.usage!.input_tokens, codes(row)]).toEqual([130, ['uncounted_response']])
  })

  it('is seen in records of single responses, which give the same total once more as an event', async () => {
    const row = await read([
      asked('One'),
      answered('1'),
      {
        type: 'token_usage_record',
        payload: {
          response_id: 'r1',
          usage: { input_tokens: 100, output_tokens: 10 },
          thread_token_usage: { input_tokens: 100, output_tokens: 10 },
        },
      },
      counted([100, 10], [100, 10]),
      asked('Two'),
      answered('2'),
      {
        type: 'token_usage_record',
        payload: {
          response_id: 'r2',
          usage: { input_tokens: 100, output_tokens: 10 },
          thread_token_usage: { input_tokens: 220, output_tokens: 21 },
        },
      },
      counted([220, 21], [100, 10]),
    ])
    expect([row.usage!.input_tokens, codes(row)]).toEqual([220, ['uncounted_response']])
  })

  it('is not told of totals that go on through rolled-back turns', async () => {
    const row = await read([
      ...first,
      asked('Wrong'),
      answered('?'),
      counted([200, 20], [100, 10]),
      event('thread_rolled_back', { num_turns: 1 }),
      asked('Right'),
      answered('!'),
      counted([300, 30], [100, 10]),
    ])
    expect([row.usage!.input_tokens, codes(row)]).toEqual([200, []])
  })

  it('is not told of a fork, which begins with all that its parent had spent', async () => {
    const child = '01a08000-0000-7000-8000-00000000000b'
    const folder = folderWith({
      [FILE]: rollout([...first, asked('More'), answered('2'), counted([900, 90], [800, 80])]),
      [FILE.replaceAll(THREAD, child)]: rollout(
        [{ type: 'session_meta', payload: { id: THREAD } }, ...first, asked('Fork'), answered('3'), counted([950, 95], [50, 5])],
        { id: child, forked_from_id: THREAD },
      ),
    })
    const { rows } = await readAll(folder)
    const fork = rows.find(row => row.trace_id === child)!
    expect([fork.usage!.input_tokens, codes(fork)]).toEqual([50, []])
  })
})

describe('counts that are told again', () => {
  it('count once, be it the event or the record of one response', async () => {
    const again = { type: 'token_usage_record', payload: { response_id: 'r1', usage: { input_tokens: 7, output_tokens: 1 } } }
    const row = await read([asked('One'), answered('1'), again, answered('2'), again])
    expect(row.usage!.input_tokens).toBe(7)
  })

  it('say it where the thread states another total', async () => {
    const row = await read([...first, asked('Two'), answered('2'), counted([150, 15], [100, 10])])
    expect(row.usage!.input_tokens).toBe(200)
    const detail = { counted: { input_tokens: 200 }, stated: { input_tokens: 150 } }
    expect(row.diagnostics).toMatchObject([{ code: 'usage_total_differs', detail }])
  })

  it('begin at nothing where the client was started anew', async () => {
    const anew = [asked('Two'), answered('2'), counted([60, 6], [60, 6]), asked('Three'), answered('3'), counted([90, 9], [30, 3])]
    const row = await read([...first, ...anew])
    expect([row.usage!.input_tokens, codes(row)]).toEqual([190, []])
  })
})
