import { basename, posix } from 'node:path'
import { expect, it } from 'vitest'
import { filesBelow, sources, textOf } from './sources.ts'

const MAX_LINES = 300
const MAX_FILES = 60

/** Longer files, each with the reason why it is one idea all the same. */
const LONG: { [path: string]: string } = {}

it(`no source is longer than ${MAX_LINES} lines`, () => {
  const long = sources.filter(path => textOf(path).split('\n').length > MAX_LINES + 1 && !(path in LONG))
  expect(long).toEqual([])
})

it(`no page of the studio is longer than ${MAX_LINES} lines, and file names are kebab case`, () => {
  const pages = filesBelow('studio').filter(path => /\.(?:tsx?|css)$/.test(path))
  expect(pages.filter(path => textOf(path).split('\n').length > MAX_LINES + 1)).toEqual([])
  expect(pages.filter(path => !/^[a-z0-9]+(-[a-z0-9]+)*\.(?:tsx?|css)$/.test(basename(path)))).toEqual([])
})

it('file names are kebab case and say something', () => {
  const bad = sources.filter(
    path =>
      !/^[a-z0-9]+(-[a-z0-9]+)*\.ts$/.test(basename(path)) ||
      /^(utils?|helpers?|managers?|base|common|misc|types)\.ts$/.test(basename(path)),
  )
  expect(bad).toEqual([])
})

it('a source opens with its idea: with what it exports, or a comment about all of it', () => {
  const declares =
    /^(?:export (?:declare |default |async |abstract |const |let |type (?!\{)|interface |class |function)|(?:async |abstract )?(?:const|let|type|interface|class|function)\b)/
  const buried = sources.filter(path => {
    const text = textOf(path)
    const lines = text.split('\n')
    const first = lines.findIndex(line => declares.test(line))
    const exported = lines.find(line => line.startsWith('export') && declares.test(line))
    if (/^(?:\/\/|\/\*|#!)/.test(text) || exported === undefined || lines[first]!.startsWith('export')) return false
    const isTold = lines.slice(0, first).some((line, i) => /^(?:\/\*(?!\*)|\/\/)/.test(line) && !lines[i - 1]?.startsWith('import'))
    // A constant has to stand behind what it is made of.
    return !isTold && !exported.startsWith('export const ')
  })
  expect(buried).toEqual([])
})

it('no source has a default export, a stub or a note to self', () => {
  const bad = sources.filter(path => /export default |\b(TODO|FIXME|XXX|HACK)\b|[Nn]ot implemented/.test(textOf(path)))
  expect(bad).toEqual([])
})

it('nothing travels by air, but for what Source is watched by', () => {
  expect(sources.filter(path => textOf(path).includes('AsyncLocalStorage'))).toEqual(['src/rollout/log/source.ts'])
})

it('every name that a layer gives to others has a doc comment', () => {
  const layerOf = (path: string) => path.split('/').slice(0, -1).join('/')
  const used = new Set(
    sources.flatMap(path =>
      [...textOf(path).matchAll(/\{([^{}]*)\} from '(\.[^']+)'/g)].flatMap(([, names, target]) => {
        const file = posix.normalize(posix.join(posix.dirname(path), target!))
        return layerOf(file) === layerOf(path)
          ? []
          : names!.split(',').map(
              name =>
                `${file} ${
                  name
                    .replace(/\btype\b/, '')
                    .trim()
                    .split(' as ')[0]
                }`,
            )
      }),
    ),
  )
  const bare = sources.flatMap(path => {
    const lines = textOf(path).split('\n')
    return lines.flatMap((line, i) => {
      const name = /^export (?:async )?(?:abstract )?(?:function\*?|class|interface|type|const) (\w+)/.exec(line)?.[1]
      if (name === undefined || !used.has(`${path} ${name}`)) return []
      const before = lines[i - 1] ?? ''
      // Registry entries say what they are in their `description`, and formats in their README.
      const isEntry = /= define[A-Z]\w*\(/.test(line)
      return isEntry || before.trim().endsWith('*/') || before.startsWith('// biome-ignore') ? [] : [`${path}:${i + 1} ${name}`]
    })
  })
  expect(bare).toEqual([])
})

it('nothing names a private place', () => {
  const texts = ['src', 'docs', 'test', 'scripts', 'examples', 'bench', 'bin']
    .flatMap(filesBelow)
    .filter(path => /\.(ts|mjs|md|json|jsonl|yaml|sql)$/.test(path))
  const home = /\/(?:Users|home)\/(?!dev\b|kite\b|user\b|you\b|me\b|someone\b|ada\b|x\b|u\b)[a-z][\w-]+/
  const key = /\b(?:sk-[A-Za-z0-9]{24,}|ghp_[A-Za-z0-9]{30,}|AKIA[A-Z0-9]{16})\b/
  const bad = texts.filter(path => path !== 'test/files.test.ts' && (home.test(textOf(path)) || key.test(textOf(path))))
  expect(bad).toEqual([])
})

it(`no folder has more than ${MAX_FILES} files of its own, so that what is in it is seen at once`, () => {
  const folders = Map.groupBy(sources, path => posix.dirname(path))
  const full = [...folders].filter(([, files]) => files.length > MAX_FILES).map(([folder]) => folder)
  expect(full).toEqual([])
})
