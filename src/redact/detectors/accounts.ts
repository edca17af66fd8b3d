import { defineDetector } from '../detector.ts'
import { isNobody } from '../known-names.ts'

/** How a path begins behind `user@host`. */
const REMOTE = [...'/$# _]'].map(letter => `:~${letter}`).concat([...'abcdefghijklmnopqrstuvwxyz'].map(letter => `:/${letter}`))

export const accounts = defineDetector({
  name: 'accounts',
  description:
    'Users and their machines where systems name them: shell prompts, `ssh user@host`, `uid=…(user)`, owners of files, signatures of commits',
  group: 'personal',
  keywords: [
    'uid=',
    'user=',
    'user:',
    'logname',
    'whoami',
    'rwx',
    'rw-',
    'r--',
    'r-x',
    '@users.',
    'desktop-',
    'laptop-',
    'macbook',
    'user.name',
    'ssh ',
    'scp ',
    ...REMOTE,
    ' ~]',
    '~ %',
    ' % ',
    ']$ ',
    ']# ',
  ],
  *find(text, hits) {
    for (const { at, keyword } of hits) {
      for (const [keywords, pattern, back, stands] of PLACES) {
        if (!keywords.includes(keyword)) continue
        const from = Math.max(0, at - back)
        const found = pattern.exec(text.slice(from, Math.min(text.length, at + 160)))
        if (found === null) continue
        for (const [name, stand] of stands) {
          const [start, end] = found.indices!.groups![name] ?? [0, 0]
          const value = found.groups![name] ?? ''
          if (value.length < 2 || (stand === 'user' ? isNobody(value) || value === 'git' : isUsualHost(value))) continue
          yield { start: from + start, end: from + end, rule: stand === 'user' ? 'account' : 'host', stand }
        }
      }
    }
  },
})

type Stands = readonly (readonly [group: string, stand: 'user' | 'host'])[]
const USER: Stands = [['user', 'user']]
const HOST: Stands = [['host', 'host']]
const BOTH: Stands = [...USER, ...HOST]

/** Where names stand: keywords, what is looked for so many letters before them and behind, and what its groups are. */
const PLACES: readonly (readonly [keywords: readonly string[], pattern: RegExp, back: number, stands: Stands])[] = [
  [REMOTE, /(?:(?<![\w.%@:/-])|(?<=\\[nrt]))(?<user>[A-Za-z_][\w.-]{0,31})@(?<host>[A-Za-z0-9][\w.-]{0,62}):(?:~|\/)/d, 100, BOTH],
  [
    [' ~]', '~ %', ' % ', ']$ ', ']# '],
    /(?<![\w.%@:/-])(?<user>[A-Za-z_][\w.-]{0,31})@(?<host>[A-Za-z0-9][\w.-]{0,62}) (?:~|[\w./-]{1,60})(?:\]| [%#$] )/d,
    140,
    BOTH,
  ],
  [
    ['ssh ', 'scp '],
    /^(?:ssh|scp) (?:-\S{1,20} (?:[\w./~:]{1,60} )?){0,4}(?:[\w./~-]{1,80} )?(?<user>[A-Za-z_][\w.-]{0,31})@(?<host>[A-Za-z0-9][\w.-]{0,62})/d,
    0,
    BOTH,
  ],
  [['uid='], /^uid=\d{1,10}\((?<user>[\w.-]{1,32})\)/d, 0, USER],
  [['user=', 'logname'], /(?<![A-Za-z])(?:SUDO_USER|USER|LOGNAME|USERNAME)=["']?(?<user>[A-Za-z_][\w.-]{1,31})(?![\w.(-])/d, 5, USER],
  [['whoami'], /^whoami(?:["'`]? ?\n|\\n)(?<user>[a-z_][\w.-]{1,31})(?:\n|\\n|$)/d, 0, USER],
  [['user.name'], /^user\.name(?:=["']?| ["'])(?<user>[\p{L}][\p{L}\d .'-]{1,50}[\p{L}\d])/du, 0, USER],
  [
    ['rwx', 'rw-', 'r--', 'r-x'],
    /(?<![\w-])[dlbcps-](?:[r-][w-][xsS-]){2}[r-][w-][xtT-][@+.]?[ ]{1,4}\d{1,6} (?<user>[A-Za-z_][\w.-]{1,31}) {1,20}[\w.-]{1,32} {1,20}\d/d,
    11,
    USER,
  ],
  [['desktop-', 'laptop-'], /^(?<host>(?:DESKTOP|LAPTOP)-[A-Z0-9]{6,8})(?![\w])/d, 0, HOST],
  [['macbook'], /(?<host>[A-Za-z][\w-]{1,40}-MacBook[\w-]{0,20}(?:\.local)?)/d, 44, HOST],
]

function isUsualHost(host: string): boolean {
  return /^(?:localhost|github\.com|gitlab\.com|bitbucket\.org|ssh\.dev\.azure\.com|host-\d+|[A-Z_]+|host|server|remote|hostname|\d[\d.]*)$|^example\.|\.example(?:\.(?:com|org|net))?$/i.test(
    host,
  )
}
