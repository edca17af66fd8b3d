import { describe, expect, it } from 'vitest'
import type { Row } from '../../row.ts'
import { conversationOf } from '../conversation/conversation.ts'
import { firstKnown, rewardNamed } from './reward.ts'
import { signalsOf } from './signals.ts'

function seenIn(results: readonly string[], command = 'make test', outcome: Row = {}) {
  const messages = results.flatMap((text, i) => [
    {
      role: 'assistant',
      content: '',
      tool_calls: [{ id: `c${i}`, type: 'function', function: { name: 'run', arguments: JSON.stringify({ command }) } }],
    },
    { role: 'tool', tool_call_id: `c${i}`, content: text },
  ])
  const read = conversationOf({ trace_id: 'a', messages, outcome } as unknown as Row, 1, { count: text => text.length, tools: 'none' })
  if ('reason' in read) throw new Error(read.reason)
  return signalsOf(read)
}

describe('tests that ran', () => {
  it.each([
    ['pytest', '....\n===== 4 passed, 1 skipped in 1.20s =====', true],
    ['pytest', '==== 1 failed, 3 passed in 1.20s ====', false],
    ['pytest', 'FAILED a.py::test_x\n2 failed in 0.10s', false],
    ['unittest', 'Ran 3 tests in 0.001s\n\nOK', true],
    ['unittest', 'Ran 3 tests in 0.001s\n\nFAILED (failures=1)', false],
    ['cargo test', 'test result: ok. 7 passed; 0 failed; 0 ignored', true],
    ['cargo test', 'test result: ok. 7 passed; 0 failed\ntest result: FAILED. 1 passed; 2 failed', false],
    ['vitest or jest', ' Tests  12 passed (12)', true],
    ['vitest or jest', 'Tests:       1 failed, 11 passed, 12 total', false],
    ['node:test', '# tests 3\n# pass 3\n# fail 0', true],
    ['go test', 'ok  \texample.org/a\t0.2s', true],
    ['go test', '--- FAIL: TestA (0.00s)\nFAIL\texample.org/a\t0.2s', false],
    ['mocha', '  3 passing (20ms)\n  1 failing', false],
    ['rspec', '10 examples, 0 failures', true],
    ['maven', 'Tests run: 4, Failures: 0, Errors: 1, Skipped: 0', false],
  ])('%s: %j', (runner, text, passed) => {
    expect(seenIn([text]).tests_passed).toMatchObject({ value: passed, evidence: `message 1: ${runner}` })
  })

  it('are judged by the last ones', () => {
    expect(seenIn(['2 failed in 0.10s', '===== 4 passed in 1.20s =====']).tests_passed!.value).toBe(true)
  })

  it.each(['all tests passed, I think', '0 passed', 'passed', 'no tests ran in 0.01s'])('are none: %j', text => {
    expect(seenIn([text]).tests_passed).toBeNull()
  })
})

it.each([
  ['Process exited with code 3\nOutput', 3],
  ['Exit code: 0\n', 0],
  ['{"output":"x","exit_code": 127}', 127],
])('knows the exit code of %j', (text, code) => {
  expect(seenIn(['Exit code: 9', text]).exit_code!.value).toBe(code)
})

it('knows commits that git says it made, where one was asked for', () => {
  const text = '[main 1a2b3c4] Add a\n 1 file changed\n[fix/x 5d6e7f8] Mend b'
  expect(seenIn([text], 'git commit -m "Add a"').commits).toMatchObject({ value: ['1a2b3c4', '5d6e7f8'] })
  expect(seenIn([text], 'cat log.txt').commits).toBeNull()
})

it('takes a reward as measured, and says nothing where nothing is known', () => {
  expect(seenIn(['x'], 'ls', { reward: 0.5, status: 'completed' })).toMatchObject({
    reward: { value: 0.5, confidence: 1 },
    status: { value: 'completed' },
  })
  expect(Object.values(seenIn(['x'])).every(signal => signal === null)).toBe(true)
})

const rewardBy = (names: readonly string[]) =>
  firstKnown(names.map(name => rewardNamed(name, { columns: new Set(['judge']), hasGit: true })))

describe('rewards', () => {
  const failed = seenIn(['1 failed in 0.1s\nExit code: 1'])
  it.each([
    [['reward'], seenIn(['x'], 'ls', { reward: 0.25 }), 0.25],
    [['reward', 'tests_passed'], seenIn(['3 passed in 0.4s'], 'make test'), 1],
    [['exit_code'], failed, 0],
    [['exit_code'], seenIn(['Exit code: 0']), 1],
    [['tests_passed', 'exit_code'], failed, 0],
    [['survival', 'merged'], seenIn(['x']), null],
    [['survival'], { ...seenIn(['x']), survival: { value: 0.7, confidence: 1, evidence: '' } }, 0.7],
    [
      ['survival'],
      {
        ...seenIn(['x']),
        survival: { value: 0.7, confidence: 1, evidence: '' },
        reverted: { value: true, confidence: 1, evidence: '' },
      },
      0,
    ],
  ])('%j', (names, signals, reward) => {
    expect(rewardBy(names)({}, signals)).toBe(reward)
  })

  it('may be a column, which goes before an outcome of its name', () => {
    const signals = seenIn(['x'], 'ls', { reward: 0.25 })
    expect(rewardBy(['judge.score', 'reward'])({ judge: { score: 4 } }, signals)).toBe(4)
    expect(rewardBy(['judge.score', 'reward'])({ judge: null }, signals)).toBe(0.25)
    expect(rewardBy(['reward'])({ reward: true }, signals)).toBe(1)
  })

  it('of no known name are refused', () => {
    expect(() => rewardBy(['test_passed'])).toThrow(/Cannot reward by 'test_passed': there is no such reward or column/)
    expect(() => rewardBy(['constructor'])).toThrow(/Cannot reward by/)
    expect(() => rewardNamed('merged', { columns: new Set(), hasGit: false })).toThrow(/without a repository/)
  })
})
