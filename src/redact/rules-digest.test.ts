import { expect, it } from 'vitest'
import { rulesDigest, textsOfRules } from '../../scripts/rules-digest.ts'
import { RULES_DIGEST } from './rules-digest.ts'

const texts = textsOfRules()

it('covers the detectors, their patterns and what they ask, as they are now (npm run docs writes it)', () => {
  const paths = texts.map(([path]) => path)
  for (const path of [
    'detectors.ts',
    'detectors/tokens.ts',
    'detectors/token-shapes.ts',
    'plausible.ts',
    'checksums.ts',
    'secret-names.ts',
  ])
    expect(paths).toContain(`src/redact/${path}`)
  expect(paths.filter(path => !path.startsWith('src/redact/'))).toEqual([])
  expect(RULES_DIGEST).toBe(rulesDigest(texts))
})

it('is another one for any letter of a pattern, of a check or of a name, and the same for a comment', () => {
  const changed = (path: string, change: (text: string) => string) => {
    const made = texts.map(([name, text]): [string, string] => [name, name === `src/redact/${path}` ? change(text) : text])
    expect(made).not.toEqual(texts)
    return rulesDigest(made)
  }
  const other = [
    changed('detectors/mail.ts', text => text.replace(/\{1,(\d)/, '{2,$1')),
    changed('detectors/token-shapes.ts', text => text.replace('[A-Z', '[a-z')),
    changed('plausible.ts', text => text.replace(/\d/, digit => `${1 + Number(digit)}`)),
    changed('detectors.ts', text => text.replace(/export \{ phones.*\n/, '')),
  ]
  expect(new Set([RULES_DIGEST, ...other]).size).toBe(1 + other.length)
  expect(changed('detectors/mail.ts', text => `// Letters of letters.\n\n${text}\n/** More. */\n`)).toBe(RULES_DIGEST)
})
