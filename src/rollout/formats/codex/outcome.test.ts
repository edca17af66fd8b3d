import { afterAll, expect, it } from 'vitest'
import { folderWith, readAll, removeFolders } from './testing/read-fixture.ts'
import { answered, asked, event, FILE, item, rollout } from './testing/thread.ts'

afterAll(removeFolders)

const started = event('task_started', { turn_id: 't1' })
const complete = event('task_complete', { turn_id: 't1', last_agent_message: 'Done.' })
const aborted = event('turn_aborted', { reason: 'interrupted' })
const error = event('error', { message: 'no more' })
const call = item('function_call', { call_id: 'c1', name: 'shell', arguments: '{}' })
const output = item('function_call_output', { call_id: 'c1', output: 'out' })
const turn = [started, asked('Go'), answered('Done.'), complete]

it.each([
  ['completed', 'the turn was ended', turn],
  ['completed', 'an answer is the last thing, in a log without ends of turns', [asked('Go'), call, output, answered('Done.')]],
  ['unknown', 'a turn began that did not end', [...turn, started, asked('More'), answered('Half')]],
  [
    'completed',
    'the answer is the final one, of a log that was copied before the turn was ended',
    [started, asked('Go'), answered('Done.', { phase: 'final_answer' })],
  ],
  ['unknown', 'a call is open', [asked('Go'), call]],
  ['unknown', 'a result is not answered', [asked('Go'), call, output]],
  ['unknown', 'a request is not answered', [asked('Go'), answered('Done.'), asked('More')]],
  ['unknown', 'a request came behind the end of a turn', [...turn, asked('More')]],
  ['unknown', 'the model had more to say', [asked('Go'), answered('First I look.', { phase: 'commentary' })]],
  ['interrupted', 'a person stopped it', [started, asked('Go'), answered('Half'), aborted]],
  ['interrupted', 'a person stopped it, in a log without ends of turns', [asked('Go'), answered('Half'), aborted]],
  ['failed', 'an error ended it', [started, asked('Go'), error]],
  [
    'failed',
    'the turn was ended behind an error, with nothing said',
    [started, asked('Go'), error, event('task_complete', { last_agent_message: null })],
  ],
  ['completed', 'the client tried again after an error', [started, asked('Go'), error, answered('Done.'), complete]],
  ['failed', 'the end of the turn says so', [started, asked('Go'), event('task_complete', { error: { message: 'no more' } })]],
] as const)('the outcome is %s where %s', async (status, _, records) => {
  const { rows } = await readAll(folderWith({ [FILE]: rollout(records) }))
  expect(rows[0]!.outcome.status).toBe(status)
})

it('is unknown where the file breaks off in a record', async () => {
  const text = rollout([asked('Go'), answered('Done.'), answered('More')])
  const { rows } = await readAll(folderWith({ [FILE]: text.slice(0, -20) }))
  expect(rows[0]!.outcome.status).toBe('unknown')
})
