import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { Random } from '../../random.ts'
import type { Row } from '../../row.ts'
import { exportDataset } from '../export/export.ts'
import type { ExportOptions } from '../settings/export-options.ts'
import { similarity, sketchOf } from './minhash.ts'

const base = mkdtempSync(join(tmpdir(), 'curate-'))
afterAll(() => rmSync(base, { recursive: true }))
let count = 0
const folder = () => join(base, String(count++))

/** Words that are drawn from a seed. */
function prose(seed: string, length: number): string[] {
  const random = new Random(seed)
  return Array.from({ length }, () => `w${Math.floor(random.next() * 5_000)}`)
}

function session(id: string, words: readonly string[], more: Row = {}): Row {
  const messages = [
    { role: 'user', content: [{ type: 'text', text: `Do ${id}` }] },
    { role: 'assistant', content: [{ type: 'text', text: words.join(' ') }] },
  ]
  const row = {
    trace_id: id,
    root_session_id: id,
    project_path: `/srv/${id}`,
    started_at: '2026-01-05T00:00:00Z',
    messages,
    message_meta: [{}, {}],
  }
  return { ...row, ...more } as unknown as Row
}

/** With so many of its words replaced, at places spread over it. */
function edited(words: readonly string[], every: number): string[] {
  return words.map((word, i) => (i % every === every - 1 ? `x${i}` : word))
}

async function exported(rows: readonly Row[], options: Partial<ExportOptions>) {
  const output = folder()
  const report = await exportDataset(rows, { output, ...options })
  const where = new Map<string, string>()
  for (const file of readdirSync(join(output, 'manifest')))
    for (const line of readFileSync(join(output, 'manifest', file), 'utf8').split('\n'))
      if (line !== '') where.set((JSON.parse(line) as { trace_id: string }).trace_id, file.replace('.jsonl', ''))
  const rejects = readFileSync(join(output, 'rejects.jsonl'), 'utf8')
  const dropped = new Map(
    rejects.split('\n').flatMap(line => (line === '' ? [] : [Object.values(JSON.parse(line) as object) as [string, string]])),
  )
  const { funnel } = report
  const sum = [...Object.values(funnel.masked), ...Object.values(funnel.dropped)].reduce((a, b) => a + b, funnel.trained)
  expect(sum).toBe(funnel.all)
  return { report, where, dropped, output }
}

describe('near-duplicates', () => {
  const words = prose('a', 400)

  it('leaves the most complete of each set, whatever the order of the rows', async () => {
    const rows = [
      session('short', edited(words, 20).slice(0, 380)),
      session('other', prose('b', 400)),
      session('whole', [...words, 'and', 'more']),
    ]
    for (const order of [rows, rows.toReversed()]) {
      const { where, dropped } = await exported(order, { dedupe: 0.5 })
      expect([...where.keys()].sort()).toEqual(['other', 'whole'])
      expect([...dropped]).toEqual([['short', 'near-duplicate of a more complete row']])
    }
  })

  it('tells short answers apart by what was asked', async () => {
    const { where } = await exported([session('a', ['Done.']), session('b', ['Done.'])], { dedupe: 0.5 })
    expect(where.size).toBe(2)
  })

  it('does not count what a session repeats of another', async () => {
    const fork = session('fork', words)
    fork['message_meta'] = [{}, { replay: true, train: false }]
    const { dropped } = await exported([session('parent', words), fork], { dedupe: 0.5 })
    expect([...dropped.values()].filter(reason => reason.startsWith('near'))).toEqual([])
  })

  it.each([2, 4, 10, 50])('knows how much texts share: every %d th word another', every => {
    const other = edited(words, every)
    const shingles = (list: readonly string[]) => new Set(list.slice(2).map((_, i) => list.slice(i, i + 3).join(' ')))
    const [a, b] = [shingles(words), shingles(other)]
    const shared = [...a].filter(one => b.has(one)).length
    const real = shared / (a.size + b.size - shared)
    expect(Math.abs(similarity(sketchOf([words.join(' ')])!, sketchOf([other.join(' ')])!) - real)).toBeLessThan(0.1)
  })

  it('reads scripts without spaces', () => {
    const text = '我们今天去北京看了很多东西然后回家吃饭睡觉'
    expect(similarity(sketchOf([text])!, sketchOf([`${text}了`])!)).toBeGreaterThan(0.7)
    expect(similarity(sketchOf([text])!, sketchOf(['他明年想在上海学习音乐和历史'])!)).toBeLessThan(0.2)
  })
})

describe('what evaluations hold', () => {
  const item = prose('item', 40)
  const evaluation = (...lines: object[]) => {
    const path = `${folder()}.jsonl`
    writeFileSync(path, lines.map(line => `${JSON.stringify(line)}\n`).join(''))
    return path
  }

  it.each([
    ['as it is', [...prose('x', 50), ...item.slice(3, 20)], true],
    ['in other case and spacing', [item.slice(0, 15).join('\n\n ').toUpperCase()], true],
    ['with other punctuation', [item.slice(0, 15).join(', ')], true],
    ['but twelve words of it', [...prose('y', 50), ...item.slice(3, 15), 'else'], false],
  ])('is left out %s', async (_, words, isIn) => {
    const { dropped, where } = await exported([session('a', words), session('b', prose('z', 90))], {
      decontaminate: [evaluation({ id: 1, text: item.join(' ') })],
    })
    expect([...dropped.keys()]).toEqual(isIn ? ['a'] : [])
    expect(where.has('b')).toBe(true)
  })

  it('is known by repository and commit', async () => {
    const commit = '4f1d9c2b7a6e5038d1c2b3a4f5e6d7c8b9a0f1e2'
    const path = evaluation({ repo: 'tarn/heron', base_commit: commit })
    const { dropped } = await exported(
      [
        session('long', ['git', 'checkout', commit]),
        session('short', ['at', commit.slice(0, 8), 'of', 'heron']),
        session('chance', ['at', commit.slice(0, 8), 'of', 'another']),
      ],
      { decontaminate: [path] },
    )
    expect([...dropped.keys()].sort()).toEqual(['long', 'short'])
  })

  it('is told in one sentence where it cannot be read', async () => {
    await expect(exported([], { decontaminate: ['no-such.jsonl'] })).rejects.toThrow(/no-such.jsonl/)
  })
})

describe('splits', () => {
  const family = (n: number) => [
    session(`p${n}`, prose(`p${n}`, 60)),
    session(`child${n}`, prose(`c${n}`, 60), { root_session_id: `p${n}` }),
    session(`fork${n}`, prose(`f${n}`, 60), { root_session_id: `fork${n}`, parent_trace_id: `child${n}` }),
  ]
  const rows = Array.from({ length: 60 }, (_, n) => family(n)).flat()

  it('keep relatives together, by parent or by root, the parent there or not', async () => {
    const present = rows.filter(row => row['trace_id'] !== 'p7')
    const { where } = await exported(present, { split: 'lineage:50/50' })
    for (let n = 0; n < 60; n++) {
      const places = new Set([`p${n}`, `child${n}`, `fork${n}`].map(id => where.get(id)).filter(one => one !== undefined))
      expect(places.size).toBe(1)
    }
    expect(new Set(where.values()).size).toBe(2)
  })

  it('keep near-duplicates together that stay', async () => {
    const twins = Array.from({ length: 30 }, (_, n) => [
      session(`a${n}`, prose(`t${n}`, 200)),
      session(`b${n}`, edited(prose(`t${n}`, 200), 40)),
    ]).flat()
    const { where } = await exported(twins, { split: 'lineage:50/50' })
    for (let n = 0; n < 30; n++) expect(where.get(`a${n}`)).toBe(where.get(`b${n}`))
    expect(where.size).toBe(60)
  })

  it('do not move when logs come that began later, though they are like rows of two splits', async () => {
    const later = { started_at: '2026-06-01T00:00:00Z' }
    const before = await exported(rows, { split: 'lineage:50/50' })
    const one = [...before.where].find(([id, split]) => id.startsWith('p') && split === 'train')![0]
    const two = [...before.where].find(([id, split]) => id.startsWith('p') && split === 'test')![0]
    const like = session('both', [...prose(one, 60), ...prose(two, 60)], later)
    const child = session('late-child', prose('q', 60), { ...later, root_session_id: two })
    const after = await exported([like, child, ...rows.toReversed()], { split: 'lineage:50/50' })
    for (const [id, split] of before.where) expect(after.where.get(id)).toBe(split)
    expect(after.where.get('late-child')).toBe('test')
  })

  it('do not move when older logs are found, where an earlier export is named', async () => {
    const twin = (id: string, n: number, day: string) =>
      session(id, edited(prose(`p${n}`, 60), 15), { started_at: `2025-01-0${day}T00:00:00Z` })
    const before = await exported(rows, { split: 'lineage:50/50' })
    const older = Array.from({ length: 60 }, (_, n) => twin(`old${n}`, n, '1'))
    const after = await exported([...older, ...rows], { split: 'lineage:50/50', splitLike: before.output })
    for (const [id, split] of before.where) expect(after.where.get(id)).toBe(split)
  })

  it('go by project, and by time', async () => {
    const dated = Array.from({ length: 40 }, (_, n) =>
      session(`s${n}`, prose(`s${n}`, 60), { project_path: `/srv/${n % 8}`, started_at: `2026-0${1 + (n % 4)}-10T00:00:00Z` }),
    )
    const byProject = await exported(dated, { split: 'project:50/50' })
    for (let n = 0; n < 40; n++) expect(byProject.where.get(`s${n}`)).toBe(byProject.where.get(`s${n % 8}`))
    expect(new Set(byProject.where.values()).size).toBe(2)
    const byTime = await exported(dated, { split: 'time:2026-02-01/2026-04-01' })
    expect([0, 1, 2, 3].map(n => byTime.where.get(`s${n}`))).toEqual(['train', 'validation', 'validation', 'test'])
  })

  it.each(['lineage:90/20', 'time:soon', 'time:2026-02-01/2026-01-01', 'random'])('cannot go by %s', async text => {
    await expect(exported([], { split: text })).rejects.toThrow(/Cannot split by/)
  })
})

describe('limits', () => {
  const many = Array.from({ length: 12 }, (_, n) =>
    session(`s${n}`, prose(`s${n}`, 20), {
      project_path: '/srv/one',
      outcome: { status: 'completed', reward: n === 5 ? 1 : 0, detail: null },
      messages: [
        { role: 'user', content: 'The  same\ntask' },
        { role: 'assistant', content: `Answer ${n}` },
      ],
    }),
  )

  it('keep of a task and of a project those that ended best', async () => {
    for (const options of [{ perTask: 3 }, { perProject: 3 }]) {
      const { where, report } = await exported(many, options)
      expect(where.size).toBe(3)
      expect(where.has('s5')).toBe(true)
      expect(Object.values(report.rejects)).toEqual([9])
    }
  })

  it('write exactly as many rows as were asked for, the same ones in any order, or say how many there are', async () => {
    const first = await exported(many, { exactly: 5 })
    const second = await exported(many.toReversed(), { exactly: 5 })
    expect(first.report.funnel.examples).toBe(5)
    expect([...second.where.keys()].sort()).toEqual([...first.where.keys()].sort())
    expect(first.report.funnel.dropped).toHaveProperty('beyond the number of rows that was asked for')
    await expect(exported(many, { exactly: 13 })).rejects.toThrow('Cannot write exactly 13 rows: there are 12')
  })

  it('leave no file of their own behind', async () => {
    const { output } = await exported(many, { dedupe: 0.5, redact: 'default', exactly: 2 })
    expect(readdirSync(output).sort()).toEqual(['README.md', 'data', 'export.json', 'manifest', 'rejects.jsonl'])
  })
})

describe('sets larger than memory', () => {
  const clusters = Array.from({ length: 60 }, (_, i) => {
    const words = prose(`c${Math.floor(i / 3)}`, 120)
    return session(`m${i}`, i % 3 === 0 ? words : words.map((word, at) => (at % 17 === i % 17 ? `x${at}` : word)), {
      ...(i % 5 === 0 ? { root_session_id: `root${Math.floor(i / 10)}` } : {}),
      project_path: `/p${i % 4}`,
      started_at: new Date(Date.UTC(2026, 0, 60 - i)).toISOString(),
    })
  })
  const bench = join(base, 'bench-of-tiny.jsonl')

  it.each<Partial<ExportOptions>>([
    { dedupe: 0.4, split: 'lineage:60/40' },
    { split: 'project:50/50', perTask: 40, exactly: 17 },
    { split: 'time:2026-02-01', perProject: 9, redact: 'default' },
    { decontaminate: [bench], split: 'lineage:50/25/25' },
  ])('give the same: %j', async options => {
    const item = (i: number) => ({ question: prose(`c${i}`, 30).join(' '), answer: prose(`of no row ${i}`, 40).join(' ') })
    writeFileSync(bench, Array.from({ length: 9 }, (_, i) => `${JSON.stringify(item(i * 2))}\n`).join(''))
    const before = (await exported(clusters.slice(0, 20), { split: options.split! })).output
    const files = async (memoryMB?: number) => {
      const output = folder()
      await exportDataset(clusters, { output, ...options, splitLike: before, ...(memoryMB === undefined ? {} : { memoryMB }) })
      expect(readdirSync(output).filter(name => name.startsWith('.'))).toEqual([])
      const names = readdirSync(output, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
      return Object.fromEntries(
        names.map(({ parentPath, name }) => [`${parentPath.slice(output.length)}/${name}`, readFileSync(join(parentPath, name), 'utf8')]),
      )
    }
    const usual = await files()
    expect(usual['/rejects.jsonl']).not.toBe('')
    // Some 25 numbers in memory, and four pages of four.
    expect(await files(0.0002)).toEqual(usual)
  })
})

describe('an export that is put in the place of another', () => {
  const rows = Array.from({ length: 8 }, (_, i) => session(`r${i}`, prose(`r${i}`, 60)))

  it('may leave rows in the split they were in there', async () => {
    const { output, where } = await exported(rows, { split: 'lineage:50/50' })
    await exportDataset(rows, { output, force: true, split: 'lineage:10/90', splitLike: output })
    const manifest = readFileSync(join(output, 'manifest', 'train.jsonl'), 'utf8')
    for (const [id, split] of where) expect(manifest.includes(`"${id}"`)).toBe(split === 'train')
  })

  it.each<[Partial<ExportOptions>, RegExp]>([
    [{ filter: ['end-on-answer'] }, /Cannot filter by 'end-on-answer'/],
    [{ decontaminate: ['no-such-file.jsonl'] }, /no-such-file/],
    [{ split: 'lineage:50/50', splitLike: 'no-such-folder' }, /Cannot read the splits of 'no-such-folder'/],
    [{ splitLike: 'anything' }, /Cannot split like 'anything': there is no split/],
    [{ mask: ['erors'] }, /Cannot mask by 'erors'.*/],
    [{ git: 'no-such-folder' }, /Cannot read the history/],
    [{ redact: 'no-such-policy.yaml' }, /Cannot read redaction policy/],
    [{ reward: ['luck'] }, /Cannot reward by 'luck'/],
  ])('leaves it as it was where it cannot be made: %j', async (wrong, sentence) => {
    const { output } = await exported(rows, {})
    const before = readFileSync(join(output, 'export.json'), 'utf8')
    await expect(exportDataset(rows, { output, force: true, ...wrong })).rejects.toThrow(sentence)
    expect(readFileSync(join(output, 'export.json'), 'utf8')).toBe(before)
    expect(readdirSync(join(output, 'data'))).toHaveLength(1)
  })
})
