import { appendFileSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { designer, expected, folder, numbers, pipeline, serve } from '../../../test/pipeline-scene.ts'
import { CustomColumnConfig } from '../../column/custom.ts'
import { customColumnGenerator } from '../../column/generator-function.ts'
import { LLMStructuredColumnConfig } from '../../column/llm-structured.ts'
import { LLMTextColumnConfig } from '../../column/llm-text.ts'
import type { Row } from '../../row.ts'
import type { RunEvent } from './run-events.ts'

it('create() resumes a finished run without a call, and goes on when more is wanted', async () => {
  const server = await serve()
  const path = folder()
  await designer(server).create(pipeline({ rows: 50 }), { numRecords: 20, path, partRows: 6 })
  expect([server.calls(), server.health]).toEqual([40, 1])
  const same = await designer(server).create(pipeline({ rows: 50 }), { path, resume: true })
  expect([server.calls(), server.health]).toEqual([40, 1])
  expect(same.manifest.rows).toBe(20)
  const more = await designer(server).create(pipeline({ rows: 50 }), { numRecords: 50, path, resume: true })
  expect(server.calls()).toBe(100)
  expect(await more.loadDataset()).toMatchObject(expected(50))
  const whole = await designer(server).create(pipeline({ rows: 50 }), { numRecords: 50, path: folder() })
  expect(await more.loadDataset()).toEqual(await whole.loadDataset())
})

it('create() explains a changed config, and asks again only what it changes', async () => {
  const server = await serve()
  const path = folder()
  await designer(server).create(pipeline(), { numRecords: 30, path })
  const changed = pipeline({ second: 'Again {{ a }}' })
  await expect(designer(server).create(changed, { path, resume: true, onConfigChange: () => false })).rejects.toThrow("column 'b'")
  expect((await designer(server).create(pipeline(), { path, resume: true })).manifest.rows).toBe(30)
  expect(server.calls()).toBe(60)
  const events: RunEvent[] = []
  const results = await designer(server).create(changed, { path, resume: true, onEvent: event => void events.push(event) })
  expect(events.find(event => event.type === 'note')).toMatchObject({ text: expect.stringContaining("column 'b'") })
  expect(server.calls()).toBe(90)
  expect((await results.loadDataset())[3]).toMatchObject({ a: '[First 3]', b: '[Again [First 3]]' })
  // The first column changes, so does what depends on it.
  await designer(server).create(pipeline({ first: 'Anew {{ n }}', second: 'Again {{ a }}' }), { path, resume: true })
  expect(server.calls()).toBe(150)
  await expect(designer(server, 2).create(changed, { path, resume: true })).rejects.toMatchObject({ kind: 'usage' })
})

it('create() makes failed rows again, and only these', async () => {
  let isBroken = true
  const server = await serve(({ prompt, response }) => {
    if (isBroken && /Second \[First (3|11|12)\]/.test(prompt)) return void response.writeHead(400).end('{"error":{"message":"no"}}')
    return `[${prompt}]`
  })
  const path = folder()
  const first = await designer(server).create(pipeline(), { numRecords: 30, path, partRows: 4 })
  expect(first.manifest).toMatchObject({ rows: 27, rejects: 3, status: 'complete' })
  expect(first.failures.map(({ column, row, attempts }) => [column, row, attempts])).toEqual([
    ['b', '3', 1],
    ['b', '11', 1],
    ['b', '12', 1],
  ])
  const before = new Map(server.asked)
  const stillBroken = await designer(server).create(pipeline(), { path, retryFailed: true })
  expect(stillBroken.manifest).toMatchObject({ rows: 27, rejects: 3, status: 'complete' })
  isBroken = false
  const second = await designer(server).create(pipeline(), { path, retryFailed: true })
  expect(second.manifest).toMatchObject({ rows: 30, rejects: 0, status: 'complete' })
  expect(second.failures).toEqual([])
  const rows = await second.loadDataset()
  expect(rows.slice(27).map(row => row['n'])).toEqual([3, 11, 12])
  expect(rows.toSorted((x, y) => Number(x['n']) - Number(y['n']))).toMatchObject(expected(30))
  const askedAgain = [...server.asked].filter(([prompt, n]) => n !== before.get(prompt)).map(([prompt]) => prompt)
  expect(askedAgain.sort()).toEqual(['Second [First 11]', 'Second [First 12]', 'Second [First 3]'])
  await expect(designer(server).create(pipeline(), { path, retryFailed: true })).rejects.toMatchObject({ kind: 'usage' })
})

it('create() asks anew where a reply had not the shape that was asked for, and pays for no other twice', async () => {
  let isBroken = true
  const server = await serve(({ prompt }) =>
    prompt.includes('Shape') ? (isBroken && /Shape .*[37]\]/.test(prompt) ? 'no' : '{"a": 1}') : `[${prompt}]`,
  )
  const outputFormat = { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] }
  const config = numbers({ rows: 10 })
    .addColumn(new LLMTextColumnConfig({ name: 'first', modelAlias: 'm', prompt: 'First {{ n }}' }))
    .addColumn(new LLMStructuredColumnConfig({ name: 'shape', modelAlias: 'm', prompt: 'Shape {{ first }}', outputFormat }))
  const path = folder()
  const made = await designer(server).create(config, { numRecords: 10, path })
  expect(made.failures.map(({ row, failure }) => [row, failure])).toEqual([
    ['3', 'invalid_reply'],
    ['7', 'invalid_reply'],
  ])
  isBroken = false
  const before = new Map(server.asked)
  const again = await designer(server).create(config, { path, retryFailed: true })
  expect(again.manifest).toMatchObject({ rows: 10, rejects: 0 })
  const askedAgain = [...server.asked].filter(([prompt, n]) => n !== before.get(prompt)).map(([prompt]) => prompt)
  expect(askedAgain.every(prompt => /Shape .*[37]\]/.test(prompt))).toBe(true)
  expect(askedAgain).toHaveLength(2)
})

it('create() makes of a failed row what it was to become, and leaves its siblings', async () => {
  let isBroken = true
  const server = await serve(({ prompt, response }) =>
    isBroken && prompt === 'Copy 1 of 5' ? void response.writeHead(400).end('{}') : `[${prompt}]`,
  )
  const repeat = customColumnGenerator({ requiredColumns: ['n'] }, (row: Row) => [0, 1, 2].map(copy => ({ ...row, copy })))
  const config = numbers({ rows: 10 })
    .addColumn(new CustomColumnConfig({ name: 'copy', generatorFunction: repeat, allowResize: true }))
    .addColumn(new LLMTextColumnConfig({ name: 'a', modelAlias: 'm', prompt: 'Copy {{ copy }} of {{ n }}' }))
  const path = folder()
  const first = await designer(server).create(config, { numRecords: 10, path, partRows: 4 })
  expect(first.failures).toMatchObject([{ row: '5.1' }])
  isBroken = false
  const second = await designer(server).create(config, { path, retryFailed: true })
  expect(second.manifest).toMatchObject({ rows: 30, rejects: 0 })
  expect((await second.loadDataset()).at(-1)).toEqual({ n: 5, copy: 1, a: '[Copy 1 of 5]' })
})

it('create() passes over what damaged the log of replies', async () => {
  const server = await serve()
  const path = folder()
  await designer(server).create(pipeline(), { numRecords: 30, path })
  const log = join(path, 'cells', 'replies.jsonl')
  const lines = readFileSync(log, 'utf8').split('\n')
  lines[20] = lines[20]!.slice(0, 40)
  writeFileSync(log, lines.join('\n'))
  appendFileSync(log, '{"key":"torn')
  const changed = pipeline()
  changed.deleteColumn('length')
  const results = await designer(server).create(changed, { path, resume: true })
  expect(server.calls()).toBe(61)
  expect(await results.loadDataset()).toMatchObject(expected(30))
})

it('create() looks at its parts before anything is asked, and makes what is damaged anew from replies that are there', async () => {
  const damages: [string, (parts: string, manifest: string) => void][] = [
    ['deleted', parts => rmSync(join(parts, 'part-00001.parquet'))],
    ['cut', parts => truncateSync(join(parts, 'part-00001.parquet'), 100)],
    [
      'without its end',
      parts => writeFileSync(join(parts, 'part-00001.parquet'), Buffer.alloc(statSync(join(parts, 'part-00001.parquet')).size)),
    ],
    ['replaced by another', parts => renameSync(join(parts, 'part-00000.parquet'), join(parts, 'part-00001.parquet'))],
    [
      'named otherwise',
      (_, manifest) => writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('part-00001.parquet', '../../../../../etc/passwd')),
    ],
  ]
  for (const rows of [20, 12])
    for (const [what, damage] of damages) {
      const server = await serve()
      const path = folder()
      const first = await designer(server).create(pipeline({ rows: 20 }), { numRecords: 12, path, partRows: 4 })
      const before = await first.loadDataset()
      damage(join(path, 'parts'), join(path, 'manifest.json'))
      const calls = server.calls()
      const notes: string[] = []
      const onEvent = (event: RunEvent) => void (event.type === 'note' && notes.push(event.text))
      const again = await designer(server).create(pipeline({ rows: 20 }), { numRecords: rows, path, resume: true, partRows: 4, onEvent })
      expect(notes.join(), what).toContain('The run is damaged: part')
      expect(again.manifest, what).toMatchObject({ status: 'complete', rows })
      expect((await again.loadDataset()).slice(0, 12)).toEqual(before)
      expect(server.calls() - calls, what).toBe(2 * (rows - 12))
    }
})

it("'never', 'always' and 'if_possible' say whether to go on, and nothing else does", async () => {
  const server = await serve()
  const create = (path: string, resume: unknown) => designer(server).create(pipeline({ rows: 4 }), { path, resume: resume as 'always' })
  const path = folder()
  await expect(create(path, 'always')).rejects.toThrow('there is none')
  await expect(create(path, 'allways')).rejects.toThrow(`resume: found "allways", expected true, false, 'never', 'always', 'if_possible'`)
  expect((await create(path, 'if_possible')).manifest.rows).toBe(4)
  const calls = server.calls()
  for (const resume of ['if_possible', 'always', true]) expect((await create(path, resume)).manifest.rows).toBe(4)
  expect(server.calls()).toBe(calls)
  for (const resume of ['never', false]) await expect(create(path, resume)).rejects.toThrow('a run is there')
})
