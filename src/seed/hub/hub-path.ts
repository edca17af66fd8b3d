import { TracewrightError } from '../../errors.ts'
import { percentDecoded } from '../../percent-decoded.ts'

/** What a path of the hub names: files of a repository at a revision. */
export type HubPath = {
  /** What kind of repository it is. */
  type: 'dataset' | 'space' | 'model'
  /** USER/NAME. */
  name: string
  /** Branch, tag or commit. */
  revision: string
  /** Path of a file in it, or a pattern. */
  file: string
}

/** Take a path apart as Hugging Face writes it: `datasets/USER/NAME[@REVISION]/FILE`, with `hf://` before it or not. Throws where it names no file. */
export function hubPathOf(path: string): HubPath {
  const [, kind = '', name, , revision = 'main', file = ''] = PATH.exec(path.trim()) ?? []
  if (name === undefined || file === '')
    throw new TracewrightError('config', `Cannot read seed '${path}': expected datasets/USER/NAME/FILE`, {
      where: 'seed_config.source',
      hint: `FILE is a path or a pattern such as 'data/*.parquet' or '**/*.jsonl'; NAME@REVISION takes another revision than main`,
    })
  const type = kind === 'datasets/' ? 'dataset' : kind === 'spaces/' ? 'space' : 'model'
  return { type, name, revision: percentDecoded(revision), file }
}

// Revisions of these kinds hold slashes.
const PATH =
  /^(?:hf:\/\/)?(datasets\/|spaces\/|models\/)?((?!datasets\/|spaces\/|models\/)[\w.-]+\/[\w.-]+)(@((?:refs\/(?:convert|pr)\/)?[^/@]+))?\/(.*)$/i

/** The folder in which all matches of a pattern lie: '' where that is the whole repository. */
export function folderOf(pattern: string): string {
  const parts = pattern.split('/')
  const first = parts.findIndex(isPattern)
  return parts.slice(0, first < 0 ? -1 : first).join('/')
}

/** Whether a path is a pattern. */
export function isPattern(path: string): boolean {
  return /[*?[]/.test(path)
}

/** What tells whether a path matches a pattern: `*` and `?` within a name, `[…]`, and `**` over folders. Linear in the path. */
export function matcherOf(pattern: string): (path: string) => boolean {
  let source = ''
  for (let at = 0; at < pattern.length; ) {
    const rest = pattern.slice(at)
    const folders = /^\*\*\/+/.exec(rest)
    const set = /^\[(!?)([^\]]+)\]/.exec(rest)
    if (folders !== null) {
      source += '(?:[^/]+/)*'
      at += folders[0].length
    } else if (rest.startsWith('**')) {
      source += '.*'
      at += /^\*+/.exec(rest)![0].length
    } else if (set !== null) {
      source += `[${set[1] === '!' ? '^/' : ''}${set[2]!.replace(/[\\[\]^]/g, '\\$&')}]`
      at += set[0].length
    } else {
      source += rest[0] === '*' ? '[^/]*' : rest[0] === '?' ? '[^/]' : rest[0]!.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
      at++
    }
  }
  const whole = new RegExp(`^${source}$`, 's')
  return path => whole.test(path)
}
