import { describe, expect, it } from 'vitest'
import type { RolloutFormat } from '../src/rollout/format.ts'
import * as registry from '../src/rollout/formats.ts'
import { sources, textOf } from './sources.ts'

/** What each name means, in every folder of a format. `docs/decisions/format-folders.md` says so in the same words. */
const VOCABULARY: { [name: string]: string } = {
  index: 'the definition, and no logic: it names what the other files do',
  example: 'a small log, for the tests all formats are held to',
  sniff: 'whether a file is of the format, by its path and first bytes',
  discover: 'files into units, without reading bodies',
  parse: 'one unit into rows: the steps below, in their order',
  read: 'the bytes of a log into entries',
  entry: 'what one record says',
  paths: 'which entries make which row: branches, rewinds, what a compaction left',
  tell: 'entries into a conversation',
  facts: 'the other columns of a row',
  lineage: 'whose child a session is',
  'data-designer': "the reader that reproduces Data Designer's rows",
}

/** Other words for the same things. */
const SYNONYMS: { [name: string]: string } = {
  ...Object.fromEntries(['kind', 'kinds', 'detect', 'detection', 'recognise', 'is-log'].map(word => [word, 'sniff'])),
  ...Object.fromEntries(['find', 'units', 'find-units', 'list-sessions'].map(word => [word, 'discover'])),
  ...Object.fromEntries(['parser', 'parse-session', 'parse-thread', 'read-session', 'session'].map(word => [word, 'parse'])),
  ...Object.fromEntries(['log', 'read-entries', 'read-log', 'reader', 'load'].map(word => [word, 'read'])),
  ...Object.fromEntries(['record', 'records', 'event', 'entries', 'step'].map(word => [word, 'entry'])),
  ...Object.fromEntries(['tree', 'turns', 'history', 'branches', 'rewinds', 'active-path', 'threads'].map(word => [word, 'paths'])),
  ...Object.fromEntries(['dialogue', 'speaker', 'player', 'messages', 'teller', 'conversation', 'transcribe'].map(word => [word, 'tell'])),
  ...Object.fromEntries(['session-facts', 'session-row', 'describe', 'row', 'rows', 'metadata'].map(word => [word, 'facts'])),
  ...Object.fromEntries(['parents', 'parent', 'kin', 'ancestry', 'subagents', 'agents'].map(word => [word, 'lineage'])),
}

/** Files that have another idea than the word says elsewhere. */
const OTHER_IDEAS: readonly string[] = ['codex/threads', 'codex/thread']

const FOLDER = 'src/rollout/formats/'
const formats: RolloutFormat[] = Object.values(registry)

describe.each(formats.map(format => [format.name.replaceAll('_', '-'), format] as const))('the folder of %s', (folder, format) => {
  const own = sources.filter(path => path.startsWith(`${FOLDER}${folder}/`) && !path.includes('/testing/') && !path.endsWith('.test.ts'))
  const names = own.map(path => path.slice(FOLDER.length + folder.length + 1, -'.ts'.length))
  /** Files, or those of a room, that do what a name says; several have what they do it for behind it. */
  const filesOf = (name: string) =>
    names.filter(each => each === name || each.startsWith(`${name}-`) || each.endsWith(`-${name}`) || each.startsWith(`${name}/`))
  const exported = (name: string) => filesOf(name).flatMap(file => exportsOf(`${FOLDER}${folder}/${file}.ts`))

  it.each(['index', 'example', 'sniff', 'discover', 'parse'])('has %s.ts', name => {
    expect(names, VOCABULARY[name]).toContain(name)
  })

  it('has a definition without logic, whose parts are in the files that are named for them', () => {
    const index = textOf(`${FOLDER}${folder}/index.ts`)
    expect(index).not.toMatch(/\bfunction\b/)
    for (const name of ['example', 'sniff', 'discover', 'parse']) {
      expect(index).toContain(`import { ${name} } from './${name}.ts'`)
      expect(index).toMatch(new RegExp(`^  ${name},$`, 'm'))
    }
  })

  it('tells a conversation in tell.ts', () => {
    expect(exported('tell').filter(name => /^tell|^Teller|Teller$/.test(name))).not.toEqual([])
  })

  it('finds paths and parents where it says', () => {
    const { lineage } = format.gives
    if (lineage.includes('branch') && folder !== 'swe-agent') expect(filesOf('paths'), VOCABULARY['paths']).not.toEqual([])
    if (lineage.some(relation => relation !== 'branch')) expect(filesOf('lineage'), VOCABULARY['lineage']).not.toEqual([])
  })

  it("has Data Designer's reader where the reference has one", () => {
    expect(names.includes('data-designer')).toBe(format.dataDesigner !== null)
  })

  it('has no other word for one of these things', () => {
    const others = names.filter(name => Object.hasOwn(SYNONYMS, name) && !OTHER_IDEAS.includes(`${folder}/${name}`))
    expect(others.map(name => `${name}.ts: call it ${SYNONYMS[name]}.ts, which is ${VOCABULARY[SYNONYMS[name]!]}`)).toEqual([])
  })
})

it('the vocabulary is written down in the same words', () => {
  const written = [...textOf('docs/decisions/format-folders.md').matchAll(/^\| `([\w-]+)` \| (.*) \|$/gm)]
  expect(Object.fromEntries(written.map(([, name, meaning]) => [name, meaning]))).toEqual(VOCABULARY)
})

function exportsOf(path: string): string[] {
  return [...textOf(path).matchAll(/^export (?:async )?(?:function\*?|class|const) (\w+)/gm)].map(([, name]) => name!)
}
