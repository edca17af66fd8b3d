import { structuredPatch } from 'diff'
import { isObject, type Json, type JsonObject } from '../json/json.ts'
import { ownValue } from '../json/own.ts'

/** What a call changes in a file: lines that stay, go and come; `cut` marks where some are left out. */
export type FileDiff = {
  /** The file, as the call names it; null: it names none. */
  path: string | null
  /** In the order of the file. */
  lines: DiffLine[]
}

/** A line of a change. */
export type DiffLine = {
  /** Whether it stays, goes or comes; `cut` stands for lines left out. */
  kind: 'same' | 'removed' | 'added' | 'cut'
  /** The line, without its end. */
  text: string
}

/** Names of the texts before and after, as agents have them. */
const PAIRS = [
  ['old_string', 'new_string'],
  ['old_str', 'new_str'],
  ['oldText', 'newText'],
  ['old_text', 'new_text'],
  ['oldString', 'newString'],
] as const

/** Texts that differ in more places than this are shown as one that went and one that came: to compare takes time by the differences. */
const MAX_EDITS = 2000

/** Changes to files that a call makes; empty for a call that makes none. */
export function toolDiffs(tool: string, args: Json): FileDiff[] {
  if (typeof args === 'string') return patchDiffs(args)
  if (!isObject(args)) return []
  const path = pathOf(args)
  const edits = ownValue(args, 'edits')
  const list = Array.isArray(edits) ? edits.filter(isObject) : [args]
  const pairs = list.flatMap(edit => editDiff(edit, pathOf(edit) ?? path))
  if (pairs.length > 0) return pairs
  const content = ['content', 'file_text', 'contents'].map(key => ownValue(args, key)).find(value => typeof value === 'string')
  if (path !== null && content !== undefined && /write|create|save/i.test(tool))
    return [{ path, lines: linesOf('added', content as string) }]
  return ['input', 'patch', 'diff', 'command', 'cmd'].flatMap(key => {
    const value = ownValue(args, key)
    return typeof value === 'string'
      ? patchDiffs(value)
      : Array.isArray(value)
        ? value.flatMap(part => (typeof part === 'string' ? patchDiffs(part) : []))
        : []
  })
}

/** How many lines come and go. */
export function diffSize(diffs: readonly FileDiff[]): { added: number; removed: number } {
  const count = (kind: DiffLine['kind']) => diffs.reduce((sum, { lines }) => sum + lines.filter(line => line.kind === kind).length, 0)
  return { added: count('added'), removed: count('removed') }
}

function editDiff(edit: JsonObject, path: string | null): FileDiff[] {
  for (const [before, after] of PAIRS) {
    const [old, now] = [ownValue(edit, before), ownValue(edit, after)]
    if (typeof old === 'string' && typeof now === 'string') return [{ path, lines: differences(old, now) }]
  }
  return []
}

function differences(before: string, after: string): DiffLine[] {
  const patch = structuredPatch('a', 'b', before, after, undefined, undefined, { context: 3, maxEditLength: MAX_EDITS })
  if (patch === undefined) return [...linesOf('removed', before), ...linesOf('added', after)]
  return patch.hunks.flatMap(({ lines }, i) => [...(i === 0 ? [] : [CUT]), ...lines.flatMap(marked)])
}

const CUT: DiffLine = { kind: 'cut', text: '⋯' }

/** A patch as `apply_patch` takes it, or a unified one. */
function patchDiffs(text: string): FileDiff[] {
  const own = text.indexOf('*** Begin Patch')
  if (own < 0 && !/^--- .*\n\+\+\+ /m.test(text)) return []
  const diffs: FileDiff[] = []
  for (const line of text.slice(Math.max(0, own)).split('\n')) {
    if (line.startsWith('*** End Patch')) break
    const path = own < 0 ? /^\+\+\+ (?:b\/)?([^\t]+)/.exec(line)?.[1] : /^\*\*\* (?:Update|Add|Delete) File: (.+)/.exec(line)?.[1]
    if (path !== undefined) diffs.push({ path: path.trim(), lines: [] })
    else if (line.startsWith('@@') && (diffs.at(-1)?.lines.length ?? 0) > 0) diffs.at(-1)!.lines.push(CUT)
    else if (!/^(?:@@|\*\*\*|--- |diff |index )/.test(line)) diffs.at(-1)?.lines.push(...marked(line))
  }
  return diffs
}

function marked(line: string): DiffLine[] {
  const kind = line.startsWith('+') ? 'added' : line.startsWith('-') ? 'removed' : line.startsWith(' ') ? 'same' : null
  return kind === null ? [] : [{ kind, text: line.slice(1) }]
}

function linesOf(kind: 'added' | 'removed', text: string): DiffLine[] {
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map(line => ({ kind, text: line }))
}

function pathOf(args: JsonObject): string | null {
  for (const key of ['file_path', 'filePath', 'path', 'file', 'filename', 'target_file']) {
    const value = ownValue(args, key)
    if (typeof value === 'string' && value !== '') return value
  }
  return null
}
