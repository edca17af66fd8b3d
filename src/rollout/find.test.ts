import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { rootPath, rootsOn } from './default-roots.ts'
import { findUnits, sniffFormat } from './find.ts'
import type { RolloutFormat } from './format.ts'
import { type FormatName, formatByName, formatNamed } from './known-formats.ts'
import { Source } from './log/source.ts'
import { openRollouts } from './read.ts'
import { scanMachine } from './scan.ts'
import { folderWith, readLogs, removeFolders } from './testing/read-logs.ts'

afterAll(removeFolders)

const ID = '01a00000-0000-7000-8000-0000000000aa'

/** The example of a format: the path of its session, and all its files. */
function exampleOf(name: string, answers: readonly string[] = ['Mended.']) {
  const files = formatByName.get(name)!.example(ID, answers)
  return { path: Object.keys(files)[0]!, content: Object.values(files)[0]!, files }
}

const FORMATS = [...formatByName.keys()] as FormatName[]

const everything = () =>
  folderWith(
    Object.fromEntries(
      FORMATS.flatMap(name => Object.entries(exampleOf(name).files).map(([path, content]) => [`${name}/${path}`, content])),
    ),
  )

describe('sniffFormat()', () => {
  for (const name of FORMATS) {
    it(`knows ${name} by its content, whatever the file and folder are called`, async () => {
      const { path, content } = exampleOf(name)
      const ending = path.slice(path.lastIndexOf('.'))
      for (const renamed of [path, `attic/copy of it${ending}`]) {
        const source = new Source(folderWith({ [renamed]: content }))
        expect((await sniffFormat(source, renamed))?.name, renamed).toBe(name)
      }
    })
  }

  it('takes other JSON for nothing', async () => {
    const others = {
      'package.json': '{"name":"kite","version":"1.0.0"}',
      'rows.jsonl': '{"id":1,"text":"a"}\n',
      'chat.jsonl': '{"messages":[{"role":"nobody","content":"hi"}]}\n',
      'empty.jsonl': '',
      'words.jsonl': 'just words\n',
      'list.json': '[1,2,3]',
    }
    const source = new Source(folderWith(others))
    for (const path of Object.keys(others)) expect(await sniffFormat(source, path), path).toBeNull()
  })
})

describe('findUnits()', () => {
  it("finds every format's logs in one folder under 'auto', each file once", async () => {
    const { rows } = await readLogs(everything())
    expect(rows.map(({ source_kind }) => source_kind).sort()).toEqual([...formatByName.keys()].sort())
    for (const row of rows) expect(row.final_assistant_message, row.source_kind).toBe('Mended.')
  })

  it('reads one file', async () => {
    const root = everything()
    // Of a session of many files one is not all.
    for (const name of FORMATS.filter(format => Object.keys(exampleOf(format).files).length === 1)) {
      const { rows } = await readLogs(join(root, name, exampleOf(name).path), { format: name })
      expect(rows.map(({ source_kind }) => source_kind)).toEqual([name])
    }
  })

  it('keeps to a file pattern, and to the folder itself when it is not recursive', async () => {
    const { path, content } = exampleOf('pi_coding_agent')
    const root = folderWith({ 'top.jsonl': content.replaceAll('0000000000aa', '0000000000bb'), [path]: content })
    const count = async (options: object) => (await findUnits({ format: 'pi_coding_agent', path: root, ...options })).units.length
    expect([await count({}), await count({ recursive: false }), await count({ filePattern: 'top*' })]).toEqual([2, 1, 1])
  })

  it('gives units in the order of their keys', async () => {
    const { content } = exampleOf('pi_coding_agent')
    const files = ['b/1.jsonl', 'a/2.jsonl', 'B/0.jsonl', 'a-/1.jsonl']
    const root = folderWith(Object.fromEntries(files.map((file, i) => [file, content.replaceAll('0000000000aa', `00000000000${i}`)])))
    const { units } = await findUnits({ format: 'pi_coding_agent', path: root })
    expect(units.map(({ unit }) => unit.key)).toEqual(['B/0.jsonl', 'a-/1.jsonl', 'a/2.jsonl', 'b/1.jsonl'])
  })

  it('looks where an environment variable says, else below home', async () => {
    const root = everything()
    const claudeRoot = formatByName.get('claude_code')!.roots[0]!
    expect(rootPath(claudeRoot, { HOME: '/home/kite' })).toBe('/home/kite/.claude')
    const env = { HOME: folderWith({}), CLAUDE_CONFIG_DIR: join(root, 'claude_code'), CODEX_HOME: join(root, 'codex') }
    for (const format of ['claude_code', 'codex'] as const) {
      const { units } = await findUnits({ format, env })
      expect(
        units.map(({ unit }) => unit.files[0]!.endsWith('.jsonl')),
        format,
      ).toEqual([true])
    }
  })

  it('looks into both usual places of an agent, and once where a variable names one folder for both', async () => {
    const home = folderWith({ '.config/claude/projects/-srv-kite/a.jsonl': exampleOf('claude_code').content })
    for (const env of [{ HOME: home }, { HOME: home, CLAUDE_CONFIG_DIR: join(home, '.config/claude') }]) {
      const { units, roots } = await findUnits({ format: 'claude_code', env })
      expect(units.map(({ unit }) => unit.key)).toEqual(['projects/-srv-kite/a.jsonl'])
      expect(new Set(roots).size).toBe(roots.length)
    }
  })

  it('looks once into usual places of which one is a link to the other', async () => {
    const home = folderWith({ '.claude/projects/-srv-kite/a.jsonl': exampleOf('claude_code').content, '.config/README': '' })
    const linked = join(home, '.config', 'claude')
    const find = async () => (await findUnits({ format: 'claude_code', env: { HOME: home } })).units.map(({ unit }) => unit.key)
    symlinkSync(join(home, '.claude'), linked, 'junction')
    expect(await find()).toEqual(['projects/-srv-kite/a.jsonl'])
    rmSync(linked)
    mkdirSync(linked)
    symlinkSync(join(home, '.claude', 'projects'), join(linked, 'projects'), 'junction')
    expect(await find()).toEqual(['projects/-srv-kite/a.jsonl'])
  })

  for (const platform of ['linux', 'darwin', 'win32'] as const)
    it(`finds what each agent left in each of its usual places on ${platform}`, async () => {
      for (const format of formatByName.values()) {
        const { path, files } = exampleOf(format.name)
        for (const place of rootsOn(format, platform)) {
          const home = folderWith({})
          const [, ...rest] = path.split('/')
          const at = (file: string) => (place.folders?.[0] === undefined ? file : file.replace(/^[^/]+/, place.folders[0]))
          for (const [file, content] of Object.entries(files)) {
            const target = join(home, place.path, at(file))
            mkdirSync(dirname(target), { recursive: true })
            writeFileSync(target, content)
          }
          const { units } = await findUnits({ format: format.name as FormatName, env: { HOME: home }, platform })
          expect(units.length, `${format.name} at ${place.path}/${place.folders?.[0]}/${rest.join('/')}`).toBe(1)
          const [entry] = (await scanMachine({ HOME: home }, platform)).filter(({ sessions }) => sessions > 0)
          expect(entry).toMatchObject({ format: format.name, sessions: 1, evidence: format.evidence })
        }
      }
    })

  it('judges a log of the format that was named by its first bytes, however long its lines are', async () => {
    const path = folderWith({ 'a.jsonl': exampleOf('claude_code', ['Mended. '.repeat(1 << 17)]).content })
    const { units, sources } = await findUnits({ format: 'claude_code', path })
    expect(units).toHaveLength(1)
    expect(sources[0]!.counts.bytes).toBeLessThan(1 << 17)
  })

  it('finds what a file holds however much it is', async () => {
    const many: RolloutFormat = {
      ...formatByName.get('claude_code')!,
      discover: async () => Array.from({ length: 200_000 }, (_, i) => ({ key: `a.jsonl#${i}`, files: ['a.jsonl'], member: String(i) })),
    }
    const { units } = await findUnits({ format: many, path: folderWith({ 'a.jsonl': exampleOf('claude_code').content }) })
    expect(units).toHaveLength(200_000)
  })

  it('says which name was meant', () => {
    expect(() => formatNamed('claude_cod')).toThrow(/Unknown rollout format 'claude_cod'/)
  })
})

describe('openRollouts()', () => {
  const failure = async (options: Parameters<typeof openRollouts>[0]) => {
    const error = await openRollouts(options).then(
      () => null,
      (thrown: Error) => thrown,
    )
    return error?.message ?? null
  }

  it('fails on a path that is not there', async () => {
    const path = join(folderWith({}), 'none')
    expect(await failure({ format: 'codex', path })).toBe(`Cannot read '${path}': there is no such file or folder`)
  })

  it('says that ATIF needs a path', async () => {
    expect(await failure({ format: 'atif' })).toMatch(/^A path is required for format 'atif'/)
  })

  it('says where it looked and what it passed over', async () => {
    const path = folderWith({ 'a.json': '{"request":1}', 'b.json': '{"name":"kite"}' })
    expect(await failure({ format: 'atif', path })).toMatch(/no atif logs were found under .*passed over were 2 × 'Not an ATIF trajectory'/)
    expect(await failure({ format: 'auto', path })).toMatch(/no agent logs were found under/)
    expect(await failure({ format: 'pi_coding_agent', path: folderWith({}) })).toMatch(/no pi_coding_agent logs were found under/)
    expect(await failure({ format: 'codex', env: { HOME: path } })).toMatch(/no codex logs were found under .*\.codex/)
  })

  it('says which format a file of another one looks like', async () => {
    const root = everything()
    const reasons = async (format: FormatName, name: FormatName) => {
      const path = join(root, name, exampleOf(name).path)
      const thrown = await failure({ format, path })
      if (thrown !== null) return thrown
      const { units } = await readLogs(path, { format })
      return units.flatMap(({ outcomes }) => outcomes.flatMap(outcome => ('reject' in outcome ? outcome.reject.reason : 'a row'))).join()
    }
    expect(await reasons('claude_code', 'codex')).toMatch(/ooks like Codex/)
    expect(await reasons('codex', 'claude_code')).toMatch(/ooks like Claude Code/)
  })

  it('rejects an empty file with its reason, and goes on', async () => {
    const { path, content } = exampleOf('codex')
    const root = folderWith({ [path]: content, [path.replace('000001', '000002')]: '' })
    const { rows, units } = await readLogs(root, { format: 'codex' })
    expect(rows).toHaveLength(1)
    expect(units.flatMap(({ outcomes }) => outcomes.flatMap(outcome => ('reject' in outcome ? outcome.reject.reason : [])))).toEqual([
      'Empty file',
    ])
  })
})
