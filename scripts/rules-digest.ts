import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { importsOf, root } from '../test/sources.ts'

/** The file that holds the digest. */
export const DIGEST_FILE = 'src/redact/rules-digest.ts'

/** Text of the file that holds it. */
export function digestFile(): string {
  return `/** Of the code and the patterns by which secrets and persons are found, whatever is changed in them: \`npm run docs\` writes it. */
export const RULES_DIGEST = '${rulesDigest(textsOfRules())}'
`
}

/** Digest of sources; comments and white space at the ends of lines are nothing that finds. */
export function rulesDigest(texts: Iterable<[path: string, text: string]>): string {
  const digest = createHash('sha256')
  for (const [path, text] of texts) {
    const lines = text.split('\n').map(line => line.trim())
    digest.update(JSON.stringify([path, lines.filter(line => line !== '' && !COMMENT.test(line))]))
  }
  return digest.digest('hex').slice(0, 32)
}

/** Sources that say what is found and where: the detectors, and how texts are gone through for them. */
export function textsOfRules(): [path: string, text: string][] {
  const paths = new Set(['src/redact/redaction.ts', 'src/redact/redact-rows.ts', 'src/redact/detectors.ts'])
  for (const path of paths)
    for (const name of importsOf(path)) {
      const imported = name.startsWith('.') ? relative(root, join(root, path, '..', name)) : ''
      if (imported.startsWith('src/redact/') && imported !== DIGEST_FILE) paths.add(imported)
    }
  return [...paths].sort().map(path => [path, readFileSync(join(root, path), 'utf8')])
}

const COMMENT = /^(?:\/\/|\/\*|\*\/|\* |\*$)/
