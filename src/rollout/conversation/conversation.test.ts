import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bucketSum, Ledger } from '../log/ledger.ts'
import { assembleRow } from './assemble.ts'
import { textBlock, textOf } from './blocks.ts'
import { Conversation, type FinishedConversation } from './conversation.ts'
import { brokenInvariants } from './invariants.ts'
import { NO_USAGE } from './usage.ts'

/** A conversation over a log whose records are numbered as they are used. */
function begin() {
  const ledger = new Ledger({ key: 'log', files: ['log'] })
  const conversation = new Conversation(ledger, 'log')
  let line = 0
  return { ledger, conversation, next: () => ledger.read('log', ++line) }
}

const rowOf = (said: FinishedConversation) => assembleRow({ trace_id: 't', source_kind: 'test', source_path: '/log' }, said)
const outline = ({ messages }: FinishedConversation) =>
  messages.map(({ role, content, tool_call_id }) => `${role} ${tool_call_id ?? ''}${textOf(content)}`)

describe('Conversation', () => {
  it('joins the records of one response, wherever they stand', () => {
    const { ledger, conversation, next } = begin()
    conversation.say('user', [textBlock('Go')], next())
    conversation.respond('r1', next(), { model: 'm', timestamp: '2026-01-01T00:00:01Z' }).call('a', 'look', '{}', next())
    conversation.result('a', [textBlock('seen')], next())
    conversation.respond('r1', next(), { stop_reason: 'end_turn', timestamp: '2026-01-01T00:00:09Z' }).say(textBlock('Looking'))
    const said = conversation.finish()
    expect(outline(said)).toEqual(['user Go', 'assistant Looking', 'tool aseen'])
    expect(said.message_meta[1]).toMatchObject({ records: [2, 5], model: 'm', stop_reason: 'end_turn', timestamp: '2026-01-01T00:00:01Z' })
    expect(ledger.summary([]).buckets).toMatchObject({ emitted: 3, merged: 1 })
  })

  it('puts results behind their calls, in call order, also those that came too early', () => {
    const { conversation, next } = begin()
    conversation.result('b', [textBlock('2')], next())
    const turn = conversation.respond(null, next())
    turn.call('a', 'f', '{}', next())
    turn.call('b', 'f', '{}', next())
    conversation.say('user', [textBlock('Meanwhile')], next())
    conversation.result('a', [textBlock('1')], next())
    expect(outline(conversation.finish())).toEqual(['assistant ', 'tool a1', 'tool b2', 'user Meanwhile'])
  })

  it('a response whose call has no name is not to be trained on, and it is said once why', () => {
    const { conversation, next } = begin()
    const nameless = conversation.respond(null, next())
    nameless.say(textBlock('Looking'))
    nameless.call('a', '', '{}', next())
    nameless.call('b', '', '{}', next())
    conversation.respond(null, next()).call('c', 'look', '{}', next())
    const { message_meta, diagnostics } = conversation.finish()
    expect(message_meta.map(({ train }) => train)).toEqual([false, true])
    expect(diagnostics).toMatchObject([{ code: 'call_without_name', detail: { tool_call_id: 'a' } }])
  })

  it('moves a result that nobody asked for to the diagnostics, with its words', () => {
    const { ledger, conversation, next } = begin()
    conversation.say('user', [textBlock('Go')], next())
    conversation.result('lost', [textBlock('words')], next())
    const said = conversation.finish()
    expect(said.messages).toHaveLength(1)
    expect(said.diagnostics).toEqual([
      { code: 'orphan_result', at: 'log:2', detail: { tool_call_id: 'lost', content: [textBlock('words')] } },
    ])
    expect(ledger.summary([]).buckets.metadata).toBe(1)
  })

  it('keeps the first of two results, and the words of the second where they differ', () => {
    const { conversation, next } = begin()
    conversation.respond(null, next()).call('a', 'f', '{}', next())
    for (const text of ['one', 'one', 'other']) conversation.result('a', [textBlock(text)], next())
    const said = conversation.finish()
    expect(outline(said)).toEqual(['assistant ', 'tool aone'])
    expect(said.diagnostics).toMatchObject([{ code: 'second_result', detail: { content: [textBlock('other')] } }])
  })

  it('renames the second call of an id', () => {
    const { conversation, next } = begin()
    const ids = [0, 1, 2].map(() => conversation.respond(null, next()).call('a', 'f', '{}', next()))
    expect(ids).toEqual(['a', 'a~2', 'a~3'])
    expect(conversation.finish().diagnostics.map(({ code }) => code)).toEqual(['duplicate_call_id', 'duplicate_call_id'])
  })

  it('leaves a response without content out, and settles its record', () => {
    const { ledger, conversation, next } = begin()
    conversation.say('user', [textBlock('Go')], next())
    conversation.respond(null, next(), { model: 'm' })
    expect(conversation.finish().messages).toHaveLength(1)
    expect(ledger.summary([]).buckets).toMatchObject({ emitted: 1, metadata: 1 })
  })

  it('marks the cut before the message that follows it, and a turn right after another', () => {
    const { conversation, next } = begin()
    conversation.respond(null, next()).say(textBlock('One'))
    conversation.respond(null, next()).say(textBlock('Two'))
    conversation.cut('compaction')
    conversation.respond(null, next()).say(textBlock('Three'))
    expect(conversation.finish().message_meta.map(({ boundary }) => boundary)).toEqual([undefined, 'unrecorded', 'compaction'])
  })

  it('trains on what the model said here for the first time, and on nothing else', () => {
    const { conversation, next } = begin()
    conversation.say('user', [textBlock('Go')], next())
    conversation.respond(null, next(), { replay: true }).say(textBlock('Before'))
    conversation.say('user', [textBlock('On')], next(), { origin: 'harness' })
    conversation.respond(null, next(), { origin: 'harness' }).say(textBlock('Notice'))
    conversation.say('user', [textBlock('And?')], next())
    conversation.respond(null, next(), { train: false }).say(textBlock('Routed'))
    conversation.say('user', [textBlock('Well?')], next())
    conversation.respond(null, next()).say(textBlock('Said'))
    const { message_meta, final_assistant_message } = conversation.finish()
    expect(message_meta.map(({ train }) => train)).toEqual([false, false, false, false, false, false, false, true])
    expect(final_assistant_message).toBe('Said')
  })

  it('does not count tokens of a replay', () => {
    const usage = {
      input_tokens: 5,
      output_tokens: 2,
      cached_input_tokens: null,
      cache_write_tokens: null,
      reasoning_tokens: null,
      cost_usd: 0.5,
    }
    const { conversation, next } = begin()
    conversation.respond(null, next(), { usage, replay: true }).say(textBlock('Before'))
    conversation.say('user', [textBlock('On')], next())
    conversation.respond(null, next(), { usage }).say(textBlock('Now'))
    expect(conversation.finish().usage).toEqual(usage)
  })

  it('says of reasoning the weakest kind it holds', () => {
    const { conversation, next } = begin()
    const turn = conversation.respond(null, next())
    turn.think('First')
    turn.think('Then', 'summary')
    turn.thinkHidden('encrypted')
    const { messages, reasoning, redacted_reasoning } = conversation.finish()
    expect(messages[0]!.reasoning_content).toBe('First\n\nThen')
    expect([reasoning, redacted_reasoning]).toEqual(['encrypted', 1])
  })

  it('is valid by construction, whatever comes in whatever order', () => {
    const id = fc.constantFrom('a', 'b', 'c', null)
    const step = fc.oneof(
      fc.record({ kind: fc.constant('user' as const) }),
      fc.record({
        kind: fc.constant('turn' as const),
        key: fc.constantFrom('r1', 'r2', null),
        calls: fc.array(id, { maxLength: 3 }),
        text: fc.boolean(),
      }),
      fc.record({ kind: fc.constant('result' as const), id: fc.constantFrom('a', 'b', 'c', 'x') }),
      fc.record({ kind: fc.constant('cut' as const) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), steps => {
        const { ledger, conversation, next } = begin()
        let calls = 0
        conversation.say('user', [textBlock('Go')], next())
        for (const step of steps) {
          if (step.kind === 'user') conversation.say('user', [textBlock('On')], next())
          else if (step.kind === 'result') conversation.result(step.id, [textBlock('r')], next())
          else if (step.kind === 'cut') conversation.cut('interruption')
          else {
            const place = next()
            const turn = conversation.respond(step.key, place)
            if (step.text) turn.say(textBlock('Yes'))
            for (const id of step.calls) turn.call(id, 'f', '{}', place)
            calls += step.calls.length
          }
        }
        const row = rowOf(conversation.finish())
        expect(brokenInvariants(row)).toEqual([])
        expect(row.tool_call_count).toBe(calls)
        const { records, buckets } = ledger.summary([])
        expect(bucketSum(buckets)).toBe(records)
        expect(buckets.unparsed).toEqual({})
      }),
      { seed: 11, numRuns: 300 },
    )
  })

  it('is the same, however often what was said is settled on the way', () => {
    const usages = fc.constantFrom(null, { ...NO_USAGE, input_tokens: 7 }, { ...NO_USAGE, output_tokens: -1 }) // the last is impossible
    const step = fc.record({
      kind: fc.constantFrom('user', 'turn', 'empty turn', 'result', 'cut'),
      ids: fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 2 }),
      usage: usages,
      isSettled: fc.boolean(),
    })
    const told = (steps: readonly (typeof step extends fc.Arbitrary<infer Step> ? Step : never)[], settles: boolean) => {
      const { ledger, conversation, next } = begin()
      for (const { kind, ids, usage, isSettled } of steps) {
        if (kind === 'user') conversation.say('user', [textBlock('On')], next())
        else if (kind === 'cut') conversation.cut('interruption')
        else if (kind === 'result') for (const id of ids) conversation.result(id, [textBlock('r')], next())
        else {
          const turn = conversation.respond(null, next(), { usage })
          if (kind === 'turn') for (const id of ids) turn.call(id, 'f', '{}', next())
        }
        if (settles && isSettled) conversation.settle()
      }
      return {
        isEmpty: conversation.isEmpty,
        endsWithTurn: conversation.endsWithTurn,
        said: conversation.finish(),
        ledger: ledger.summary([]),
      }
    }
    fc.assert(
      fc.property(fc.array(step, { maxLength: 24 }), steps => {
        expect(told(steps, true)).toEqual(told(steps, false))
      }),
      { seed: 12, numRuns: 400 },
    )
  })
})
