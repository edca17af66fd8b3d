import { describe, expect, it } from 'vitest'
import type { Detector } from './detector.ts'
import * as detectors from './detectors.ts'
import { Finder } from './find-in-text.ts'
import { withCheck } from './testing/made-up-secrets.ts'

/*
 * Values are put together here, so that no file holds what looks like a key. `[text, value]`: the value is what has to be found of the text.
 */
const R = 'q7Zt2LmX9vBn4KpW8sDf3GhJ6yRc1TaE5uQo0iXz'
const HEX = '9f3a7c51e08b2d64'.repeat(4)
const FOUND: { [detector: string]: readonly (readonly [text: string, value: string])[] } = {
  accounts: [
    ['kestrel@tarn-desk:~/src$ ls', 'kestrel'],
    ['[kestrel@tarn-desk src]$ make', 'tarn-desk'],
    ['uid=501(kestrel) gid=20(staff)', 'kestrel'],
    ['-rw-r--r--  1 kestrel  staff  120 Jan 3 a.txt', 'kestrel'],
    ['ssh -p 2222 kestrel@tarn.lan uptime', 'kestrel'],
    ['SUDO_USER=kestrel', 'kestrel'],
    ['on DESKTOP-4KQ7RZ1 now', 'DESKTOP-4KQ7RZ1'],
  ],
  addresses: [
    ['peer 10.44.7.19 up', '10.44.7.19'],
    ['{"a":"198.51.100.23"}', '198.51.100.23'],
    ['at [2001:db8:aa12::7f3c]:443', '2001:db8:aa12::7f3c'],
    ['ether 3c:22:fb:9a:01:d4 txq', '3c:22:fb:9a:01:d4'],
    ['x\\n172.20.3.44\\n', '172.20.3.44'],
    ['\u001b[1m3c:22:fb:9a:01:d4', '3c:22:fb:9a:01:d4'],
    ['ssh root@5.9.12.33', '5.9.12.33'],
    ['connection from 8.12.44.3 closed', '8.12.44.3'],
    ['SERVER_IP=17.21.3.40', '17.21.3.40'],
    ['http://12.0.31.7/health', '12.0.31.7'],
    ['listening on 4.20.0.11', '4.20.0.11'],
    ['{"host": "3.12.40.9"}', '3.12.40.9'],
    ['up: 18.14.2.9:8443', '18.14.2.9'],
    ['10.0.3.12 is down', '10.0.3.12'],
    ['pods moved from 10.0.3.12 to 52.14.201.7', '52.14.201.7'],
    ['the A record was updated to 203.0.113.9', '203.0.113.9'],
  ],
  assignments: [
    ['DB_PASSWORD=kV7!mossQ2', 'kV7!mossQ2'],
    [
      'seed_phrase=reed+heron+sluice+weir+moss+tarn+kestrel+otter+rill+fen+alder+sedge&x=1',
      'reed+heron+sluice+weir+moss+tarn+kestrel+otter+rill+fen+alder+sedge',
    ],
    ["'clientSecret': 'q7Zt2LmX9vBn4KpW'", 'q7Zt2LmX9vBn4KpW'],
    ['{\\"refresh_token\\":\\"q7Zt2LmX9vBn4KpW\\"}', 'q7Zt2LmX9vBn4KpW'],
    ['deploy --api-key q7Zt2LmX9vBn4KpW now', 'q7Zt2LmX9vBn4KpW'],
    ["ALTER USER app IDENTIFIED BY 'kV7!mossQ2'", 'kV7!mossQ2'],
    ['<password>kV7!mossQ2</password>', 'kV7!mossQ2'],
    ['signing_key := "q7Zt2LmX9vBn4KpW"', 'q7Zt2LmX9vBn4KpW'],
    ['machine a.test login ci password q7Zt2LmX9v', 'q7Zt2LmX9v'],
    ['machine a.test login ci password mossytarn', 'mossytarn'],
    ['machine a.test\n  login ci\n  password mossyTarn\n', 'mossyTarn'],
    ['"default\\nlogin ci\\npassword mossytarn"', 'mossytarn'],
    ['?access_token=q7Zt2LmX9vBn4KpW&x=1', 'q7Zt2LmX9vBn4KpW'],
    ['PGPASSWORD=qWmZrTbKxYpL psql -h db', 'qWmZrTbKxYpL'],
    ['the password of ada is no secret; the admin password is q7Zt2LmX9v for now', 'q7Zt2LmX9v'],
    ['1,"os.Setenv(""API_TOKEN"", ""q7Zt2LmX9vBn4KpW"")"', 'q7Zt2LmX9vBn4KpW'],
    ['{\\"body\\":\\"{\\\\\\"token\\\\\\":\\\\\\"q7Zt2LmX9vBn4KpW\\\\\\"}\\"}', 'q7Zt2LmX9vBn4KpW'],
  ],
  commandOptions: [
    ['curl -s -u kestrel:mossQ2x https://a.test', 'mossQ2x'],
    ["sshpass -p 'mossQ2x' ssh a", 'mossQ2x'],
    ['mysql -uroot -pmossQ2x shop', 'mossQ2x'],
    ['docker login -u a -p mossQ2x', 'mossQ2x'],
    ['aws configure set aws_secret_access_key q7Zt2LmX9vBn4KpW8sDf', 'q7Zt2LmX9vBn4KpW8sDf'],
    ["gh secret set DEPLOY --body 'q7Zt2LmX9v'", 'q7Zt2LmX9v'],
    ['dotnet user-secrets set "Api:Key" "q7Zt2LmX9v"', 'q7Zt2LmX9v'],
    [`cloudflared service install eyJ${R}${R}`, `eyJ${R}${R}`],
    ['ConvertTo-SecureString "mossQ2x" -AsPlainText', 'mossQ2x'],
    ['db.tarn:5432:shop:app:mossQ2x\nb', 'mossQ2x'],
  ],
  headers: [
    [`Authorization: Bearer ${R}`, R],
    [`"authorization": "Token ${R}"`, R],
    [`Authorization: Basic ${Buffer.from('kestrel:moss').toString('base64')}`, Buffer.from('kestrel:moss').toString('base64')],
    ['Cookie: a=b; session=q7zt2lmx9vbn4kpw8sdf', 'q7zt2lmx9vbn4kpw8sdf'],
  ],
  homePaths: [
    ['open /Users/ada/a.ts', 'ada'],
    ['"C:\\\\Users\\\\ada\\\\a"', 'ada'],
    ['/mnt/c/Users/ada/a', 'ada'],
    ['file:///home/ada/a', 'ada'],
    ['projects/-Users-ada-work', 'ada'],
    ['%2Fhome%2Fada%2Fa', 'ada'],
    ['ok\\n/home/ada/a', 'ada'],
  ],
  mail: [
    ['to kestrel.moss@tarn.test now', 'kestrel.moss@tarn.test'],
    ['Signed-off-by: Kestrel Moss <kestrel@tarn.test>', 'Kestrel Moss'],
    ['kestrel@tarn.test.txt', 'kestrel@tarn.test'],
  ],
  numberedTokens: ['103847561029384756', '98765432101234567', '1203984756102938475'].flatMap(user => {
    const token = `${Buffer.from(user).toString('base64url')}.G${R.slice(0, 5)}.${R.slice(2, 40)}`
    return [[`login ${token};`, token] as const, [`ok\\n${token}\\n`, token] as const]
  }),
  numbers: [
    ['pay 4000 0012 3456 7899 by', '4000 0012 3456 7899'],
    ['to GB82 WEST 1234 5698 7654 32 now', 'GB82 WEST 1234 5698 7654 32'],
    ['SSN: 219-09-9999', '219-09-9999'],
  ],
  phones: [
    ['call +49 30 5550 1234', '+49 30 5550 1234'],
    ['(415) 555-0123', '(415) 555-0123'],
    ['\u001b[32m+49 30 5550 1234\u001b[0m', '+49 30 5550 1234'],
  ],
  privateKeys: [
    [`-----BEGIN EC PRIVATE KEY-----\n${R}${R}\n${R}\n-----END EC PRIVATE KEY-----`, `\n${R}${R}\n${R}\n`],
    [`"-----BEGIN PRIVATE KEY-----\\n${R}${R}\\n${R}`, `\\n${R}${R}\\n${R}`],
    [`${R}${R}\n${R}\n-----END OPENSSH PRIVATE KEY-----`, `${R}${R}\n${R}\n`],
  ],
  tokens: [
    [withCheck('ghp_', R.slice(0, 30)), withCheck('ghp_', R.slice(0, 30))],
    [`x\\nglpat-${R.slice(0, 20)}`, `glpat-${R.slice(0, 20)}`],
    [`key=sk-ant-api03-${R}${R}`, `sk-ant-api03-${R}${R}`],
    [`(dop_v1_${HEX})`, `dop_v1_${HEX}`],
    [`${R.slice(0, 3)}8Q~${R.slice(0, 34)}`, `${R.slice(0, 3)}8Q~${R.slice(0, 34)}`],
    [`7123456789:AA${R.slice(0, 33)}`, `7123456789:AA${R.slice(0, 33)}`],
    [`Bot mfa.${R}${R}${R.slice(0, 4)}`, `mfa.${R}${R}${R.slice(0, 4)}`],
    [
      `https://hooks.slack.com/services/T0AB12CD3/B0EF45GH6/${R.slice(0, 24)}`,
      `hooks.slack.com/services/T0AB12CD3/B0EF45GH6/${R.slice(0, 24)}`,
    ],
  ],
  urlCredentials: [
    ['postgres://app:mossQ2x@db.tarn/x', 'mossQ2x'],
    [`https://${HEX.slice(0, 32)}@o1.tarn.test/2`, HEX.slice(0, 32)],
    ['redis://:mossQ2x@cache', 'mossQ2x'],
  ],
}

/** Looks like it and is none. */
const HARMLESS = [
  `commit ${HEX.slice(0, 40)}`,
  'const maxTokens = 4096; tokenizer: "o200k"',
  'token = getToken(request)',
  'password: string; secret?: Buffer',
  '"secretName": "db-credentials"',
  '--- PASS: TestParse_2 (0.00s)',
  `PASSWORD=$DB_PASSWORD API_KEY=$\{KEY}`,
  'password = os.environ["PASS"]',
  'apiKey: process.env.OPENAI_KEY_2',
  'if (token === previousToken2) return',
  `see https://example.com/users/home/${'page'} and /api/users/42/home/${'list'}`,
  `/home/${'runner'}/work /Users/${'Shared'} /root`,
  'logo@2x.png pkg@1.2.3 @scope/name@4.5.6-rc.1 user@{{ host }} a@example.com',
  'v1.2.3.4 ==10.0.19.1 Chrome/120.0.6099.109 127.0.0.1 0.0.0.0 255.255.255.0 10.0.0.0/8',
  'upgraded the driver from 2.3.11.4 to 2.3.12.1, bumped libfoo 1.2.3.40 -> 1.2.3.41',
  '{"file_version": "4.120.0.77", "name": "tarn", "sdk": "1.14.2.33"} <FileVersion>31.0.101.17</FileVersion>',
  'tarn-cli 4.12.0.101 (JDK 21.0.1.12) [assembly: AssemblyVersion("6.14.22.1")]',
  'tarn 2.14.0.33 installed; requires >= 1.10.2.4, release 1.22.33.44, build: 130.140.150.160',
  '# 3.11.4.12 - fixes\n## 1.2.3.14\n* 2.0.15.3',
  'std::vector<a::b> 12:34:56 00:00:00:00:00:00 ::1',
  'line +12345678 -12345678 2024-01-02 1700000000000',
  'docs say -----BEGIN RSA PRIVATE KEY----- begins a key and so on',
  'Authorization: Bearer $TOKEN, Bearer <token>, Basic auth is off',
  'Cookie: theme=dark; lang=en-GB',
  'curl -u "$USER:$PASS" https://a.test',
  `postgres://user:password@localhost/x postgres://$\{U}:$\{P}@h/x`,
  `AKIA${'IOSFODNN7'}EXAMPLE sk-${'x'.repeat(36)} hf_your_token_here`,
  'task-force risk-averse disk-usage desk-top flask-app',
  'pa-4 px-2 as-child ak-button api-gateway-3 sdk-2.19 jina_reader e2b_client tr_prod_list pk_field bsa-12 oy2',
  'The password is stored hashed. The password is required2login and was PasswordResetConfirmationDialog.',
  'gh secret set TOKEN --body "$TOKEN" && dotnet user-secrets set "Api:Key" "<key>" # cloudflared tunnel run --token $T',
  'localhost:5432:5432 -p 3306:3306 ports: "5432:5432" DB_PASSWORD=StrongPassword',
  `${Buffer.from('10384756102938475a').toString('base64url')}.G${R.slice(0, 5)}.${R.slice(2, 40)} MTAxNw.abc.def mta.ntc.nzm mfa.required`,
  `pod/api-${HEX.slice(0, 9)}-${R.slice(0, 5).toLowerCase()} Running`,
  `data:application/octet-stream;base64,${'A'.repeat(60)}${R}`,
]

describe.each(Object.entries(detectors as { [name: string]: Detector }))('%s', (name, detector) => {
  const finder = new Finder([detector])

  it('has a name, a sentence, and keywords in lower case', () => {
    expect(detector.name).toMatch(/^[a-z-]+$/)
    expect(detector.description).toMatch(/^[^.].+[^.]$/)
    for (const keyword of detector.keywords) expect(keyword).toBe(keyword.toLowerCase())
  })

  it.each(FOUND[name]!)('finds in %j', (text, value) => {
    expect(finder.find(text).map(({ start, end }) => text.slice(start, end))).toContain(value)
    const within = `before ${text} after`
    expect(
      finder
        .find(within)
        .map(({ start, end }) => within.slice(start, end))
        .join('\n'),
    ).toContain(value.trim())
  })

  it('leaves alone what only looks like it', () => {
    const wrong = HARMLESS.flatMap(text => finder.find(text).map(({ start, end }) => `${text}: ${text.slice(start, end)}`))
    expect(wrong).toEqual([])
  })

  it('gives places within the text and ends whatever the text is', { timeout: 120_000 }, () => {
    const pieces = [...detector.keywords.slice(0, 60), '@', ':', '+1 ', '10.', 'eyJ', 'a', '=', '\\n', '-', '4000 ']
    for (const piece of pieces) {
      const hostile = piece.repeat(Math.ceil(40_000 / piece.length))
      for (const { start, end } of finder.find(hostile)) expect(start >= 0 && start < end && end <= hostile.length).toBe(true)
    }
  })
})

it('has a sample for every detector', () => {
  expect(Object.keys(FOUND).sort()).toEqual(Object.keys(detectors).sort())
})
