import { defineDetector } from '../detector.ts'
import { isPlaceholder, looksDrawn } from '../plausible.ts'

export const urlCredentials = defineDetector({
  name: 'url-credentials',
  description: 'Passwords and tokens before the host of an address: `scheme://user:password@host`, `scheme://token@host`',
  group: 'secret',
  keywords: ['://', ':__', ':\\/\\/'],
  *find(text, hits) {
    for (const { at, keyword } of hits) {
      AUTHORITY.lastIndex = at + keyword.length
      const found = AUTHORITY.exec(text)
      if (found === null || !/[a-z0-9]/i.test(text[at - 1] ?? '')) continue
      const { 1: user = '', 2: password } = found
      const start = at + keyword.length
      if (password !== undefined) {
        const from = start + user.length + 1
        if (isPassword(password, user)) yield { start: from, end: from + password.length, rule: 'url-password', stand: 'secret' }
        if (looksDrawn(user, 16)) yield { start, end: start + user.length, rule: 'url-token', stand: 'secret' }
      } else if (looksDrawn(user, 16)) yield { start, end: start + user.length, rule: 'url-token', stand: 'secret' }
    }
  },
})

const AUTHORITY = /([^\s/:@"'`<>\\?#,]{0,128})(?::([^\s/@"'`<>]{1,256}))?@(?=[A-Za-z0-9[$_{-])/y

/** Words that stand in every guide and protect nothing. */
const USUAL = new Set([
  'password',
  'passwd',
  'pass',
  'secret',
  'postgres',
  'mysql',
  'root',
  'admin',
  'guest',
  'user',
  'test',
  'pw',
  'pwd',
  'x-oauth-basic',
  'username',
  'redis',
  'mongo',
  'dev',
  'token',
])

function isPassword(password: string, user: string): boolean {
  return password.length >= 3 && !isPlaceholder(password) && !USUAL.has(password.toLowerCase()) && password !== user
}
