import { expect, it } from 'vitest'
import type { Json } from '../json/json.ts'
import { diffSize, toolDiffs } from './tool-diff.ts'

const shown = (tool: string, args: Json) =>
  toolDiffs(tool, args).map(
    ({ path, lines }) =>
      `${path}: ${lines.map(({ kind, text }) => `${{ added: '+', removed: '-', same: ' ', cut: '~' }[kind]}${text}`).join(' | ')}`,
  )

it.each<[string, string, Json, string[]]>([
  ['Edit', 'Edit', { file_path: 'a.ts', old_string: 'one\ntwo\n', new_string: 'one\nthree\n' }, ['a.ts:  one | -two | +three']],
  [
    'MultiEdit',
    'MultiEdit',
    {
      file_path: 'a',
      edits: [
        { old_string: 'x', new_string: 'y' },
        { old_string: 'p', new_string: 'q' },
      ],
    },
    ['a: -x | +y', 'a: -p | +q'],
  ],
  ['edits with paths of their own', 'edit', { edits: [{ path: 'b', oldText: 'x', newText: 'y' }] }, ['b: -x | +y']],
  ['str_replace', 'str_replace_editor', { path: 'c', old_str: 'x', new_str: 'y' }, ['c: -x | +y']],
  ['camel case', 'edit', { filePath: 'c', oldString: 'x', newString: 'y' }, ['c: -x | +y']],
  ['a new file', 'Write', { file_path: 'd', content: 'one\ntwo\n' }, ['d: +one | +two']],
  ['not what is only read', 'Search', { path: 'd', content: 'one' }, []],
  [
    'apply_patch',
    'apply_patch',
    { input: '*** Begin Patch\n*** Update File: e.ts\n@@ fn\n a\n-b\n+c\n@@\n-d\n*** Add File: f\n+new\n*** End Patch\n+not this' },
    ['e.ts:  a | -b | +c | ~⋯ | -d', 'f: +new'],
  ],
  [
    'a patch in a shell command',
    'shell',
    { command: ['bash', '-lc', "apply_patch <<'E'\n*** Begin Patch\n*** Delete File: g\n*** End Patch\nE"] },
    ['g: '],
  ],
  ['a patch that is the whole argument', 'apply_patch', '*** Begin Patch\n*** Add File: h\n+x\n*** End Patch', ['h: +x']],
  ['a unified diff', 'patch', { diff: '--- a/i\n+++ b/i\n@@ -1 +1 @@\n-x\n+y\n' }, ['i: -x | +y']],
  ['no change', 'Bash', { command: 'ls' }, []],
  ['texts that are none', 'Edit', { file_path: 3, old_string: null, new_string: ['x'] }, []],
  ['a file named as objects are by birth', 'Edit', { file_path: '__proto__', old_string: 'x', new_string: 'y' }, ['__proto__: -x | +y']],
])('what a call changes is seen: %s', (_name, tool, args, expected) => {
  expect(shown(tool, args)).toEqual(expected)
})

it('texts that have nothing in common are shown without comparing them for long', () => {
  const many = (word: string) => Array.from({ length: 20_000 }, (_, i) => `${word}${i}`).join('\n')
  const diffs = toolDiffs('Edit', { file_path: 'a', old_string: many('x'), new_string: many('y') })
  expect(diffSize(diffs)).toEqual({ added: 20_000, removed: 20_000 })
})
