import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readJson } from '../json/exact.ts'
import { isNumber, isObject, type Json, type JsonObject } from '../json/json.ts'
import { ChatServer, say, send } from '../model/testing/chat-server.ts'
import { loadConfig } from './config/builder.ts'
import { DataDesigner } from './data-designer.ts'

/** What Data Designer 0.9.7 did with configs: what it asked, what it was answered, and the rows it made; null where it made none. */
type Recorded = {
  name: string
  config: string
  files: { [name: string]: { text: string } | { base64: string } }
  records: number
  native: boolean
  calls: { path: string; body: JsonObject; status: number; reply: JsonObject }[]
  rows: JsonObject[] | null
  processors?: JsonObject
}

const RECORDED = readJson(readFileSync(new URL('cases/recorded.json', import.meta.url), 'utf8')) as unknown as Recorded[]

it('none of the recorded configs was lost', () => {
  expect(RECORDED).toHaveLength(67)
})

it.each(RECORDED.map(recorded => [recorded.name, recorded] as const))('%s', async (_, recorded) => {
  const folder = mkdtempSync(join(tmpdir(), 'tracewright-recorded-'))
  const answers = new Map(recorded.calls.map(call => [asked(call.body), call]))
  await using server = await ChatServer.start(({ body }, _n, response) => {
    const call = answers.get(asked(body))
    if (call === undefined) return send(response, 400, { error: { message: 'nobody asked this' } })
    const { embeddings, content } = call.reply
    if (!Array.isArray(embeddings)) return say(response, String(content))
    send(response, 200, { data: embeddings.map((embedding, index) => ({ index, embedding })) })
  })
  try {
    for (const [name, file] of Object.entries(recorded.files))
      writeFileSync(join(folder, name), 'text' in file ? file.text : Buffer.from(file.base64, 'base64'))
    writeFileSync(join(folder, 'config.yaml'), recorded.config)
    const designer = new DataDesigner({
      compat: 'data_designer',
      modelProviders: [{ name: 'p', endpoint: server.endpoint, api_key: 'k' }],
      runConfig: recorded.native ? { jinjaRenderingEngine: 'native' } : {},
    })
    const made = await rowsOf(designer, join(folder, 'config.yaml'), recorded.records)
    expect(distinct(server.seen.map(({ body }) => asked(body)))).toEqual(distinct(recorded.calls.map(({ body }) => asked(body))))
    expect(made?.rows.map(plain) ?? []).toEqual(recorded.rows?.map(plain) ?? [])
    if (recorded.processors !== undefined) expect(plain(made!.processors)).toEqual(plain(recorded.processors))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

async function rowsOf(designer: DataDesigner, config: string, numRecords: number) {
  try {
    const { dataset, processorArtifacts } = await designer.preview(await loadConfig(config), { numRecords })
    return { rows: dataset, processors: processorArtifacts }
  } catch {
    return null
  }
}

/** A request as text; a list of texts is one text. */
function asked(body: JsonObject): string {
  const messages = Array.isArray(body['messages']) ? body['messages'].filter(isObject) : []
  const texts = messages.map(({ role, content }) => ({ role, content: textIn(content ?? '') }))
  return JSON.stringify(plain({ ...body, messages: texts as Json }))
}

function textIn(content: Json): Json {
  if (!Array.isArray(content) || !content.filter(isObject).every(({ type }) => type === 'text')) return content
  return content
    .filter(isObject)
    .map(({ text }) => text!)
    .join('\n')
}

/** A value to compare: numbers by what they are, keys in order, and what JSON has no word for as rows hold it. */
function plain(value: Json): Json {
  if (isNumber(value)) return String(Number(value)) + (typeof value === 'bigint' ? String(value) : '')
  if (Array.isArray(value)) return value.map(plain)
  if (!isObject(value)) return value
  const [[key, word] = ['', null], ...others] = Object.entries(value)
  if (others.length === 0 && /^\$(?:decimal|bytes|date|datetime|timestamp)$/.test(key)) return word
  if (others.length === 0 && key === '$float' && word === 'nan') return null
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, item]) => [name, plain(item)]))
}

function distinct(texts: string[]): string[] {
  return [...new Set(texts)].sort()
}
