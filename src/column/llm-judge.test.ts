import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../json/json.ts'
import { ChatServer, say } from '../model/testing/chat-server.ts'
import { judgeSchema } from './judge-schema.ts'
import { LLMJudgeColumnConfig, llmJudge } from './llm-judge.ts'
import { Score } from './score.ts'
import { cellOf } from './testing/fill.ts'

const reference = JSON.parse(readFileSync(new URL('../model/cases/judge_schema.json', import.meta.url), 'utf8')) as {
  scores: { name: string; description: string; options: { [value: string]: string } }[]
  json_schema: JsonObject
}
const scores = reference.scores.map(score => new Score(score))
const column = new LLMJudgeColumnConfig({ name: 'judge', modelAlias: 'writer', prompt: 'Judge {{ text }}', scores })
const answer = (quality: Json, tone: Json) => ({ quality: { reasoning: 'q', score: quality }, tone: { reasoning: 't', score: tone } })

/** What is stored of a reply; null where it is not taken. */
async function stored(reply: Json): Promise<Json | undefined> {
  await using server = await ChatServer.start((_seen, _n, response) => say(response, JSON.stringify(reply)))
  return await cellOf(column, { text: 'it' }, server).catch(error => {
    expect(error).toMatchObject({ failure: 'invalid_reply' })
    return null
  })
}

describe('judgeSchema()', () => {
  it("is the reference's, in its order of keys, so that the model is asked in the same words", () => {
    expect(JSON.stringify(judgeSchema(scores))).toBe(JSON.stringify(reference.json_schema))
  })

  it('has no type where values are of both kinds, and survives names that are no identifiers', async () => {
    const odd = [new Score({ name: 'a/b ~c', options: { 1: 'one', none: 'nothing' } })]
    expect(judgeSchema(odd)['$defs']).toMatchObject({ 'a/b ~cEnum': { enum: [1, 'none'] } })
    const asked = new LLMJudgeColumnConfig({ name: 'judge', modelAlias: 'writer', prompt: '{{ text }}', scores: odd })
    expect(await cellOf(asked, { text: 'it' })).toMatchObject({ 'a/b ~c': { score: 1 } })
  })
})

describe('LLMJudgeColumnConfig', () => {
  it('stores reasoning and score by name, scores that are whole numbers as numbers', async () => {
    expect(await stored(answer(2, 'warm'))).toEqual(answer(2, 'warm'))
  })

  it.each([
    ['2', 'warm'],
    [' 2 ', 'WARM'],
    [2.0, ' Warm\n'],
    ['2.0', 'warm'],
  ])('takes %j and %j for the options they are', async (quality, tone) => {
    expect(await stored(answer(quality, tone))).toEqual(answer(2, 'warm'))
  })

  it.each([[3], [true], ['two'], [null], ['1 or 2'], [1.5], ['']])('invents no option for %j', async quality => {
    expect(await stored(answer(quality, 'warm'))).toBe(null)
  })

  it('asks once for a reply it can align, also where the server does not know schemas', async () => {
    await using server = await ChatServer.start((_seen, _n, response) => say(response, JSON.stringify(answer('1', 'Cold'))))
    expect(await cellOf(column, { text: 'it' }, server)).toEqual(answer(1, 'cold'))
    expect(server.seen).toHaveLength(1)
  })

  it('does not choose between options that differ only in case', async () => {
    const close = new LLMJudgeColumnConfig({ ...asked, scores: [new Score({ name: 's', options: { A: 'x', a: 'y' } })] })
    await using server = await ChatServer.start((_seen, n, response) =>
      say(response, JSON.stringify({ s: { reasoning: '', score: n < 4 ? ' A' : 'a' } })),
    )
    expect(await cellOf(close, { text: 'it' }, server)).toEqual({ s: { reasoning: '', score: 'a' } })
  })

  it('is written and read again with the same scores: numbers stay numbers', () => {
    const written = column.toJSON()
    const again = llmJudge.fromJSON(JSON.parse(JSON.stringify(written)) as JsonObject, new Map()) as LLMJudgeColumnConfig
    expect(again.toJSON()).toEqual(written)
    expect(again.scores.map(({ values }) => values)).toEqual([
      [1, 2],
      ['warm', 'cold'],
    ])
  })

  it('refuses no scores, two of a name, and scores without options', () => {
    expect(() => new LLMJudgeColumnConfig({ ...asked, scores: [] })).toThrow('scores: found none, expected at least one')
    const twice = new LLMJudgeColumnConfig({ ...asked, scores: [scores[0]!, scores[0]!] })
    const known = new Set(['text'])
    expect(twice.problems(known).map(({ message }) => message)).toEqual(["scores: found 'quality' twice"])
    expect(twice.problems(known, 'strict')).toEqual([])
    expect(() => new Score({ name: 's', options: {} })).toThrow('options: found none')
    const config = { ...column.toJSON(), scores: [{ name: 's', optons: { 1: 'x' } }] } as JsonObject
    expect(() => llmJudge.fromJSON(config, new Map())).toThrow(expect.objectContaining({ hint: "Did you mean 'options'?" }))
  })
})

const asked = { name: 'judge', modelAlias: 'writer', prompt: 'Judge {{ text }}' }
