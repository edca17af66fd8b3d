import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { shellWord } from './shell-word.ts'

it.each(['plain', '', 'two words', "it's", '~', '~/logs', '$HOME `x` "y"', 'a\\b', '-n', 'line\nbreak', '*?[a]', 'kite;ls', "''", 'ä🪁'])(
  'shellWord() gives a shell %j back as it is',
  word => {
    expect(execFileSync('/bin/sh', ['-c', `printf '%s' ${shellWord(word)}`], { encoding: 'utf8' })).toBe(word)
  },
)
