import { expect, it } from 'vitest'
import { Conversation } from '../../conversation/conversation.ts'
import { Ledger } from '../../log/ledger.ts'
import type { Piece } from './entry.ts'
import { Heard } from './heard.ts'

const text = (words: string): Piece => ({ kind: 'text', block: { type: 'text', text: words } })
const call = (id: string | null, args: string): Piece => ({ kind: 'call', id, name: 'Bash', args, prompt: null })

it('knows what was said in a turn, also what is said after it was asked', () => {
  const ledger = new Ledger({ key: 'a.jsonl', files: ['a.jsonl'] })
  const turn = new Conversation(ledger, 'a.jsonl').respond(null, ledger.read('a.jsonl', 1))
  const heard = new Heard(turn, 0, ledger.read('a.jsonl', 2))
  expect([heard.isEmpty, heard.has(text('Hoist it')), heard.hasAll([])]).toEqual([true, false, false])
  const image: Piece = { kind: 'text', block: { type: 'image_url', image_url: { url: 'data:,' } } }
  for (const piece of [text('Hoist it'), call('a', '{}'), call(null, '{"n":1}'), image]) heard.add(piece)
  expect(heard.isEmpty).toBe(false)
  expect([text('Hoist it'), call('a', '{}'), image].every(piece => heard.has(piece))).toBe(true)
  expect([text('Lower it'), call('a', '{"n":1}'), call(null, '{"n":1}'), call('b', '{}')].some(piece => heard.has(piece))).toBe(false)
  heard.add({ kind: 'thought', text: 'Lower it' })
  heard.add({ kind: 'hidden', how: 'encrypted' })
  expect(heard.hasAll([text('Lower it'), call('a', '{}')])).toBe(true)
  expect(heard.hasAll([text('Lower it'), { kind: 'hidden', how: 'encrypted' }])).toBe(false)
})
