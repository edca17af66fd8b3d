import { defineDetector } from '../detector.ts'
import { isNobody } from '../known-names.ts'

export const homePaths = defineDetector({
  name: 'home-paths',
  description: 'Users in the paths of their homes, of any system and however written: `/Users/…`, `/home/…`, `C:\\Users\\…`, `-Users-…-`',
  group: 'personal',
  keywords: ['users', 'home', 'settings'],
  *find(text, hits) {
    for (const { at, keyword } of hits) {
      USER.lastIndex = at + keyword.length
      const found = USER.exec(text)
      if (found === null || !isRoot(text, at, found[1]!)) continue
      const user = found[2]!.replace(/\.+$/, '')
      const start = at + keyword.length + found[1]!.length
      const mark = found[1]![0]!
      // Where paths are written with dashes or low lines, the name ends at the next one.
      const name = mark === '-' || mark === '_' ? user.split(mark)[0]! : user
      if (name.length >= 2 && !isNobody(name)) yield { start, end: start + name.length, rule: 'home', stand: 'user' }
    }
  },
})

const USER = /(\\{1,4}|\\?\/|%2F|%5C|-|_)([A-Za-z0-9\u00c0-\u024f][\w.\u00c0-\u024f-]{1,63})/iy

function isRoot(text: string, at: number, mark: string): boolean {
  const before = text.slice(Math.max(0, at - 24), at)
  if (text.slice(at, at + 8) === 'settings') return /documents and $/i.test(before)
  if (mark === '-' || mark === '_') return new RegExp(`(?:^|[\\s"'\`/\\\\=(:]|[A-Za-z]:)${mark}$`).test(before) && /^[UhH]/.test(text[at]!)
  if (!/(?:\\|\/|%2F|%5C)$/i.test(before)) return false
  // A folder of that name within another path is a page or a route as often as a home.
  return /(?:^|[\s"'`=(:,;<>[|{@!+~]|:\\*\/\/|\\[nrt]|[A-Za-z](?::|%3A)|\/mnt\/[a-z]|\/[a-z]|\/(?:var|export|usr|Volumes\/[\w .-]{1,30}|run\/host|host|System\/Volumes\/Data)|\?\\*[A-Za-z]?:?|%3A(?:%2F%2F)?|=|\$[A-Z]{1,20})(?:\\{1,4}|\\?\/|%2F|%5C)$/i.test(
    before,
  )
}
