import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../json/json.ts'
import { parseJson } from '../json/json.ts'
import type { Dialect } from './dialect.ts'
import * as dialects from './dialects.ts'
import { exportDataset } from './export/export.ts'
import { byteTokenizer } from './testing/byte-tokenizer.ts'
import { lossesIn } from './testing/losses.ts'
import { sampleRow } from './testing/sample-row.ts'
import type { View } from './view.ts'
import * as views from './views.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'export-'))
  folders.push(made)
  return made
}

/** Of two sessions one went well. */
const rows = () => [rewarded('one', 1), { nothing: true }, rewarded('two', 0)]
const rewarded = (id: string, reward: number) => ({ ...sampleRow(id), outcome: { status: 'unknown', reward } })
const all: Dialect[] = Object.values(dialects)
const modelOf = ({ needsModel }: Dialect) => {
  if (!needsModel) return {}
  const model = join(folder(), 'tokenizer.json')
  writeFileSync(model, byteTokenizer())
  return { model }
}
const pairs = all.flatMap(dialect =>
  Object.values(views as { [name: string]: View })
    .filter(view => dialect.takes.includes(view.gives))
    .map(view => [dialect, view] as const),
)

const usualOf = (dialect: Dialect) => (dialect.takes[0] === 'conversations' && dialect.name.startsWith('trl-p') ? 'action' : 'turn')
const recordedPairs = pairs.filter(
  ([dialect, { gives, name }]) => !dialect.needsModel && (gives !== 'conversations' || name === usualOf(dialect)),
)

describe.each(pairs.map(([dialect, view]) => [`${dialect.name} of ${view.name}`, dialect, view] as const))('%s', (_, dialect, view) => {
  it('accounts for every word, and says of every row what is trained', async () => {
    const output = folder()
    const { funnel, rejects, splits } = await exportDataset(rows(), { output, ...modelOf(dialect), for: dialect.name, view: view.name })
    expect(rejects['The row has no messages: expected a list of messages']).toBe(1)
    expect(lossesIn(output)).toEqual({ ...funnel.dropped })
    expect(funnel.rows).toBe(3)
    expect(funnel.examples).toBeGreaterThan(0)
    const sum = [...Object.values(funnel.masked), ...Object.values(funnel.dropped)].reduce((a, b) => a + b, funnel.trained)
    expect(sum).toBe(funnel.all)
    const manifest = readFileSync(join(output, 'manifest/train.jsonl'), 'utf8').trim().split('\n')
    expect(manifest).toHaveLength(splits[0]!.rows)
    // Every answer is trained once at most, over all rows of a session.
    const seen = new Map<string, number>()
    for (const line of manifest) {
      const { train, sources, trace_id } = JSON.parse(line) as { train: boolean[]; sources: (number | null | number[])[]; trace_id: string }
      if (dialect.name === 'trl-kto') continue
      for (const [i, on] of train.entries())
        if (on) for (const source of [sources[i]!].flat()) seen.set(`${trace_id} ${source}`, (seen.get(`${trace_id} ${source}`) ?? 0) + 1)
    }
    expect([...seen.values()].filter(times => times > 1)).toEqual([])
    expect([...seen.keys()].filter(key => key.endsWith(' 2'))).toEqual([])
  })

  it('writes the same bytes for the same rows, and knows the calls it makes', async () => {
    const [a, b] = [folder(), folder()]
    for (const output of [a, b]) await exportDataset(rows(), { output, ...modelOf(dialect), for: dialect.name, view: view.name })
    for (const part of ['data', 'manifest']) {
      for (const file of readdirSync(join(a, part)))
        expect(readFileSync(join(a, part, file)).equals(readFileSync(join(b, part, file)))).toBe(true)
    }
  })
})

it.each(all.filter(dialect => dialect.masks === 'none').map(dialect => [dialect.name] as const))(
  '%s holds nothing that is not to be trained',
  async name => {
    const output = folder()
    await exportDataset([sampleRow()], {
      output,
      for: name,
      view: name === 'verl' ? 'session' : 'turn',
      codec: 'jsonl',
      mask: ['flags', 'replay', 'errors'],
    })
    const data = readFileSync(join(output, 'data/train-00000-of-00001.jsonl'), 'utf8')
    expect(data).not.toContain('Replayed words')
    expect(data).not.toContain('I read it.')
    expect(data).toContain('It is long.')
  },
)

it('writes traces as the hub shows them: a file for each session, its head, then messages whose results name their calls', async () => {
  const output = folder()
  const metas = (sampleRow()['message_meta'] as JsonObject[]).map((meta, i) => ({
    ...meta,
    timestamp: `2026-03-04T05:00:0${i % 10}Z`,
    model: 'm-1',
  }))
  const named = { ...sampleRow('../a b'), source_kind: 'codex', models: ['m-1'], message_meta: metas }
  const { splits } = await exportDataset([named, sampleRow('two'), named], { output, for: 'hf-traces' })
  expect(splits[0]!.files).toEqual(['data/train-000000-.._a_b.jsonl', 'data/train-000001-two.jsonl', 'data/train-000002-.._a_b.jsonl'])
  for (const [i, file] of splits[0]!.files.entries()) {
    const [head, ...lines] = readFileSync(join(output, file), 'utf8')
      .trim()
      .split('\n')
      .map(line => parseJson(line) as JsonObject)
    expect(head).toMatchObject({
      type: 'session',
      harness: i === 1 ? 'unknown' : 'codex',
      id: i === 1 ? 'two' : '../a b',
      name: 'Look at a.ts',
    })
    const messages = lines.map(line => line['message'] as JsonObject)
    expect(lines.every(line => line['type'] === 'message')).toBe(true)
    expect(
      messages.every(({ role, content }) => ['user', 'assistant', 'system', 'tool'].includes(String(role)) && typeof content === 'string'),
    ).toBe(true)
    const calls = messages.flatMap(({ toolCalls }) => (toolCalls ?? []) as { id: string; function: { arguments: string } }[])
    for (const call of calls) expect(parseJson(call.function.arguments)).toBeTypeOf('object')
    for (const { role, toolCallId } of messages) if (role === 'tool') expect(calls.map(({ id }) => id)).toContain(toolCallId)
    if (i !== 1) expect(messages[2]).toMatchObject({ timestamp: Date.parse('2026-03-04T05:00:02Z'), model: 'm-1' })
  }
  // A second export puts itself in the place of the first.
  await exportDataset([sampleRow('two')], { output, for: 'hf-traces', force: true })
  expect(readdirSync(join(output, 'data'))).toEqual(['train-000000-two.jsonl'])
})

it('tells of sessions that no row was made of', async () => {
  const output = folder()
  const { rejects } = await exportDataset([sampleRow('one'), { trace_id: 'two', messages: [], message_meta: [] }], {
    output,
    for: 'axolotl',
  })
  const reason = 'no row was made of the session: nothing in it is to be trained'
  expect(rejects).toEqual({ [reason]: 1 })
  expect(readFileSync(join(output, 'rejects.jsonl'), 'utf8')).toBe(`{"at":"two","reason":"${reason}","tokens":0}\n`)
})

it('labels for KTO by the reward of the session, and accounts for what is labelled false', async () => {
  const output = folder()
  const more = { for: 'trl-kto', view: 'turn', reward: ['judge.score', 'reward'] }
  const judged = { ...sampleRow('judged'), judge: { score: 0 } }
  const { funnel, rejects } = await exportDataset([judged, rewarded('good', 1), { ...sampleRow('unknown'), judge: null }], {
    output,
    ...more,
  })
  const lines = readFileSync(join(output, 'data/train-00000-of-00001.jsonl'), 'utf8').trim().split('\n')
  expect(lines.map(line => (parseJson(line) as JsonObject)['label'])).toEqual([
    false,
    false,
    false,
    false,
    false,
    true,
    true,
    true,
    true,
    true,
  ])
  expect(funnel.masked['answer with label false']).toBe(funnel.trained)
  expect(Object.keys(rejects)).toContainEqual(expect.stringContaining('the session has no reward'))
})

it('keeps numbers of arguments as they were written', async () => {
  const output = folder()
  await exportDataset([sampleRow()], { output, for: 'openai', view: 'session' })
  expect(readFileSync(join(output, 'data/train-00000-of-00001.jsonl'), 'utf8')).toContain('\\"big\\":12345678901234567890123,\\"one\\":1.0')
})

/* Every token is a byte, so that what the labels train can be read. */
it('trains by token ids each answer that is to be trained, and the end of its turn', async () => {
  const output = folder()
  const options = { for: 'pretokenized', view: 'turn', codec: 'jsonl', reasoning: 'drop' } as const
  await exportDataset([sampleRow()], { output, ...options, ...modelOf(all.find(({ name }) => name === options.for)!) })
  const lines = readFileSync(join(output, 'data/train-00000-of-00001.jsonl'), 'utf8').trim().split('\n')
  const rows = lines.map(line => JSON.parse(line) as { input_ids: number[]; labels: number[] })
  for (const { input_ids: ids, labels } of rows) expect(labels.every((label, at) => label === -100 || label === ids[at])).toBe(true)
  const call = (name: string, args: string) => `<tool_call>\n{"name": "${name}", "arguments": ${args}}\n</tool_call>`
  expect(rows.map(({ labels }) => trainedIn(labels))).toEqual([
    [
      `I read it.\n${call('read', '{"path": "b.ts", "big": 12345678901234567890123, "one": 1.0}')}<|im_end|>`,
      `${call('read', '{"path": "a.ts"}')}<|im_end|>`,
      'It is long.<|im_end|>',
    ],
    ['Done: 你好 é 𝒳<|im_end|>'],
    [`Going on.\n${call('run', '{}')}<|im_end|>`],
  ])
  // The manifest has the same as text, and all the text between.
  const manifest = readFileSync(join(output, 'manifest/train.jsonl'), 'utf8').trim().split('\n')
  const pieces = manifest.map(line => (JSON.parse(line) as { pieces: { trained: boolean; text: string }[] }).pieces)
  expect(pieces.map(row => row.filter(({ trained }) => trained).map(({ text }) => text))).toEqual(
    rows.map(({ labels }) => trainedIn(labels)),
  )
  expect(pieces.map(row => row.map(({ text }) => text).join(''))).toEqual(rows.map(({ input_ids: ids }) => trainedIn(ids).join('')))
  expect(pieces.every(row => row.every(({ trained }, i) => trained !== row[i - 1]?.trained))).toBe(true)
})

/* What trainers were seen to take, letter by letter: whoever changes it has to load it there again. */
it('writes for each trainer what it was recorded to take', async () => {
  const recorded: { [name: string]: Json[] } = {}
  for (const [dialect, view] of recordedPairs) {
    const output = folder()
    await exportDataset([dialect.name === 'trl-kto' ? rewarded('one', 1) : sampleRow('one')], {
      output,
      for: dialect.name,
      view: view.name,
      codec: 'jsonl',
      mask: ['flags', 'replay', 'errors'],
    })
    if (dialect.hasFilePerRow) {
      const [file] = readdirSync(join(output, 'data'))
      recorded[`${dialect.name} of ${view.name}`] = readFileSync(join(output, 'data', file!), 'utf8')
        .trim()
        .split('\n')
        .map(line => parseJson(line)!)
      continue
    }
    const lines = ['data/train-00000-of-00001.jsonl', 'manifest/train.jsonl'].map(file =>
      readFileSync(join(output, file), 'utf8').trim().split('\n'),
    )
    recorded[`${dialect.name} of ${view.name}`] = lines[0]!.map((line, i) => ({
      ...(parseJson(line) as JsonObject),
      'manifest.train': (parseJson(lines[1]![i]!) as { train: Json }).train,
    }))
  }
  const text = `${JSON.stringify(recorded, (_, value) => (typeof value === 'string' ? value.replaceAll(/(line of a file\\?\n?n?){9,}/g, '…') : value), 1)}\n`
  await expect(text).toMatchFileSnapshot('cases/dialects.json')
})

/** Texts of the labels that stand next to each other. */
function trainedIn(labels: readonly number[]): string[] {
  const runs: number[][] = []
  for (const [i, label] of labels.entries()) {
    if (label === -100) continue
    if (i === 0 || labels[i - 1] === -100) runs.push([])
    runs.at(-1)!.push(label)
  }
  return runs.map(run => Buffer.from(run).toString())
}
