import { defineDetector, type Finding } from '../detector.ts'
import { isPlaceholder } from '../plausible.ts'

export const commandOptions = defineDetector({
  name: 'command-options',
  description:
    'Passwords that commands take without naming them: `curl -u user:…`, `sshpass -p …`, `mysql -p…`, `docker login -p …`, `gh secret set … --body …`',
  group: 'secret',
  keywords: [
    'curl',
    'wget',
    'http ',
    'sshpass',
    'mysql',
    'docker login',
    'podman login',
    'helm registry login',
    'redis-cli',
    'mongosh',
    'az login',
    'ldapsearch',
    'unzip',
    'openssl',
    '--user',
    'expect',
    'aws configure',
    'secret set',
    'user-secrets',
    'cloudflared',
    'securestring',
    ':5432:',
    ':3306:',
  ],
  *find(text, hits) {
    let after = -1
    for (const { at, keyword } of hits) {
      for (const [commands, pattern, rule] of OPTIONS) {
        if (!commands.includes(keyword)) continue
        const line = text.slice(at, Math.min(endOfLine(text, at), at + 1000))
        for (const found of line.matchAll(pattern)) {
          const value = found[1]!
          const start = at + found.index + found[0].length - value.length
          if (start < after || value.length < 4 || isPlaceholder(value) || /^(?:password|secret|pass)$/i.test(value)) continue
          after = start + value.length
          yield { start, end: after, rule, stand: 'secret' } satisfies Finding
        }
      }
    }
  },
})

const OPTIONS: readonly (readonly [commands: readonly string[], pattern: RegExp, rule: string])[] = [
  [
    ['curl', 'http ', 'wget', '--user'],
    /(?:[ \t]-u|[ \t]-a|--user|--auth|--proxy-user)[ \t=]{0,3}["']?[^\s:"'$]{1,64}:([^\s"'\\`<>]{4,256})/g,
    'command-user',
  ],
  [['sshpass'], /[ \t]-p[ \t]?["']?([^\s"'\\`-][^\s"'\\`]{2,127})/g, 'command-password'],
  [['mysql'], /[ \t]-p["']?([^\s"'\\`$-][^\s"'\\`]{3,127})/g, 'command-password'],
  [
    ['docker login', 'podman login', 'helm registry login', 'az login'],
    /[ \t]-p[ \t=]{1,3}["']?([^\s"'\\`-][^\s"'\\`]{3,255})/g,
    'command-password',
  ],
  [['redis-cli'], /[ \t]-a[ \t]{1,3}["']?([^\s"'\\`-][^\s"'\\`]{3,255})/g, 'command-password'],
  [['mongosh'], /[ \t]-p[ \t]{1,3}["']?([^\s"'\\`-][^\s"'\\`]{3,127})/g, 'command-password'],
  [['ldapsearch'], /[ \t]-w[ \t]{1,3}["']?([^\s"'\\`-][^\s"'\\`]{3,127})/g, 'command-password'],
  [['unzip'], /[ \t]-P[ \t]{1,3}["']?([^\s"'\\`-][^\s"'\\`]{3,127})/g, 'command-password'],
  [
    ['aws configure'],
    /[ \t]set[ \t]{1,3}(?:aws_)?(?:secret_access_key|session_token)[ \t]{1,3}["']?([^\s"'\\`$-][^\s"'\\`]{19,900})/g,
    'command-secret',
  ],
  [['secret set'], /[ \t](?:-b|--body)[ \t=]{1,3}["']?([^\s"'\\`$<-][^\s"'\\`]{5,255})/g, 'command-secret'],
  [['user-secrets'], /[ \t]set[ \t]{1,3}["']?[^\s"']{1,128}["']?[ \t]{1,3}["']?([^\s"'\\`$<-][^\s"'\\`]{5,255})/g, 'command-secret'],
  [['cloudflared'], /[ \t](?:install|--token)[ \t]{1,3}["']?(eyJ[A-Za-z0-9+/=_-]{60,600})/g, 'command-secret'],
  [['securestring'], /^SecureString[ \t]{1,3}(?:-String[ \t]{1,3})?["']([^\s"'\\`$][^"'\\`]{3,255})/gi, 'command-password'],
  // host:port:database:user:password
  [[':5432:', ':3306:'], /^:\d{4}:[^\s:"'\\]{1,64}:[^\s:"'\\]{1,64}:([^\s:"'\\`]{6,128})(?![^\s"'\\`<|])/g, 'command-password'],
  [['openssl'], /[ \t]-(?:pass|passin|passout)[ \t]{1,3}pass:([^\s"'\\`]{4,127})/g, 'command-password'],
]

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end
}
