import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type IncomingHttpHeaders, request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Comparison, LabelSummary, Overview, PageItem, SaidLabel, SessionList, SessionPage, Sources } from './api.ts'
import { SessionIndex } from './session-index.ts'
import { type Studio, startStudio } from './studio.ts'
import { ingestSample, sampleStore } from './testing/sample-store.ts'

let folder: string
let studio: Studio

beforeAll(async () => {
  folder = await sampleStore()
  studio = await startStudio({ paths: [join(folder, 'store')] })
})
afterAll(async () => {
  await studio.close()
  rmSync(folder, { recursive: true, force: true })
})

type Reply = { status: number; headers: IncomingHttpHeaders; text: string; bytes: Buffer }

/** Sends what no browser would let a page send. */
function send(
  path: string,
  { method = 'GET', headers = {}, body }: { method?: string; headers?: { [name: string]: string }; body?: string } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: studio.port, path, method, headers, agent: false }, response => {
      const chunks: Buffer[] = []
      response.on('data', chunk => chunks.push(chunk))
      response.on('end', () => {
        const bytes = Buffer.concat(chunks)
        resolve({ status: response.statusCode!, headers: response.headers, text: bytes.toString('utf8'), bytes })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

const key = () => ({ authorization: `Bearer ${studio.token}` })
async function get<T>(path: string): Promise<T> {
  const { text, status } = await send(path, { headers: key() })
  expect([status, text]).toEqual([200, expect.any(String)])
  return JSON.parse(text).data as T
}
const post = (path: string, body: unknown, headers: { [name: string]: string } = {}) =>
  send(path, {
    method: 'POST',
    headers: { ...key(), 'content-type': 'application/json', 'x-tracewright': '1', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

describe('who is let in', () => {
  it('the address that is printed, once; then a cookie that only this server gets', async () => {
    const { status, headers } = await send(studio.url.slice(studio.url.indexOf('/?')))
    expect([status, headers.location]).toEqual([302, '/'])
    const [cookie] = headers['set-cookie']!
    expect(cookie).toMatch(new RegExp(`^tw_${studio.port}=[\\w-]{32}; `))
    expect(cookie).toMatch(/HttpOnly/i)
    expect(cookie).toMatch(/SameSite=Strict/i)
    const page = await send('/', { headers: { cookie: cookie!.split(';')[0]! } })
    expect([page.status, page.headers['content-type']]).toEqual([200, expect.stringContaining('text/html')])
    expect(page.text).not.toContain(studio.token)
  })

  it.each<[string, { [name: string]: string }, number]>([
    ['no key', {}, 401],
    ['another key', { authorization: 'Bearer nothing' }, 401],
    ['an empty key', { authorization: 'Bearer ' }, 401],
    ['the cookie of another server', { cookie: 'tw_1=x' }, 401],
  ])('nobody with %s', async (_name, headers, status) => {
    for (const path of ['/', '/api/sources', '/assets/studio.js', '/api/sources/store/sessions']) {
      const reply = await send(path, { headers })
      expect([path, reply.status]).toEqual([path, status])
      expect(reply.headers['set-cookie']).toBeUndefined()
    }
    expect((await send('/?token=wrong', { headers })).status).toBe(401)
  })

  it.each<[string, { [name: string]: string }]>([
    ['another name for this machine', { host: 'evil.example' }],
    ['a name that begins as ours', { host: '127.0.0.1.evil.example' }],
    ['another port', { host: '127.0.0.1:1' }],
    ['another page', { origin: 'https://evil.example' }],
    ['another server of this machine', { origin: 'http://127.0.0.1:1' }],
    ['a page without an origin', { origin: 'null' }],
    ['a picture of another page', { 'sec-fetch-site': 'cross-site' }],
    ['another port of this machine', { 'sec-fetch-site': 'same-site' }],
  ])('not even with the key from %s', async (_name, headers) => {
    for (const path of ['/', '/api/sources', `/?token=${studio.token}`]) {
      const reply = await send(path, { headers: { ...key(), ...headers } })
      expect([path, reply.status, reply.headers['set-cookie']]).toEqual([path, 403, undefined])
    }
  })

  it('a request without a host is refused', async () => {
    const text = await new Promise<string>(resolve => {
      let text = ''
      const socket = connect(studio.port, '127.0.0.1', () =>
        socket.end(`GET /api/sources HTTP/1.0\r\nauthorization: Bearer ${studio.token}\r\n\r\n`),
      )
      socket.on('data', chunk => (text += chunk))
      socket.on('close', () => resolve(text))
    })
    expect(text).toMatch(/^HTTP\/1\.1 4\d\d/)
  })

  it('on this machine only', async () => {
    await expect(
      new Promise((resolve, reject) => {
        const socket = connect(studio.port, '127.0.0.2', () => resolve(socket.destroy()))
        socket.on('error', reject)
      }),
    ).rejects.toThrow(/ECONNREFUSED/)
  })

  it('every answer forbids what is not ours', async () => {
    for (const path of ['/', '/api/sources', '/api/nothing', '/assets/nothing.js']) {
      const { headers } = await send(path, { headers: key() })
      const policy = String(headers['content-security-policy'])
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("require-trusted-types-for 'script'")
      expect(policy).not.toMatch(/unsafe|data:|\*|https?:/)
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
        'cross-origin-resource-policy': 'same-origin',
      })
      expect(headers['access-control-allow-origin']).toBeUndefined()
    }
    expect((await send('/', { headers: key() })).text).not.toMatch(/<script>|style=| on\w+=/)
  })
})

describe('no file is reached but those of the application', () => {
  it.each([
    '/assets/../../package.json',
    '/assets/%2e%2e%2f%2e%2e%2fpackage.json',
    '/..%5c..%5cpackage.json',
    '//etc/passwd',
    '/api/sources/..%2f..%2fetc/sessions',
    '/api/sources/store/sessions/..%2f..%2fmanifest.json',
  ])('%s', async path => {
    const { status, text } = await send(path, { headers: key() })
    expect(text).not.toMatch(/root:|"dependencies"|tracewright_store/)
    if (path.startsWith('/api/')) expect(status).toBe(404)
  })

  it('nor another source by a name that objects have by birth', async () => {
    for (const id of ['__proto__', 'constructor', 'toString'])
      expect((await send(`/api/sources/${id}/sessions`, { headers: key() })).status).toBe(404)
  })
})

describe('sessions', () => {
  it('sources are named, and told without what they hold', async () => {
    const { sources, read_only } = await get<Sources>('/api/sources')
    expect(sources).toMatchObject([{ id: 'store', name: 'store', kind: 'store' }])
    expect(read_only).toBe(false)
  })

  it('are listed newest first, spawned agents within their parents', async () => {
    const list = await get<SessionList>('/api/sources/store/sessions?limit=2')
    expect(list.lines.map(({ trace_id }) => trace_id)).toEqual(['beans', 'peas'])
    expect(list).toMatchObject({ total: 4, offset: 0 })
    expect(list.lines[0]).toMatchObject({ failures: 1, corrections: 1, children: 1, project: '/srv/garden' })
    expect(list.facets.project).toContainEqual({ value: '/srv/garden', count: 2 })
    expect((await get<SessionList>('/api/sources/store/sessions?offset=2&limit=2')).lines.map(({ trace_id }) => trace_id)).toEqual([
      'hostile',
      'stones',
    ])
    expect((await get<SessionList>('/api/sources/store/sessions?children=only')).total).toBe(1)
  })

  it('are selected as on the command line', async () => {
    const ids = async (query: string) =>
      (await get<SessionList>(`/api/sources/store/sessions?${query}`)).lines.map(({ trace_id }) => trace_id)
    expect(await ids('project=garden&since=7d&failed&corrected')).toEqual(['beans', 'peas'])
    expect(await ids('search=LIE+ON+THE&project=wall')).toEqual(['stones'])
    expect(await ids('sort=oldest')).toEqual(['stones', 'hostile', 'peas', 'beans'])
    const none = await get<SessionList>('/api/sources/store/sessions?project=garden&model=opus')
    expect(none).toMatchObject({
      total: 0,
      without: [
        { name: 'model', count: 2 },
        { name: 'project', count: 0 },
      ],
    })
  })

  it.each([
    'limit=0',
    'limit=501',
    'offset=-1',
    'limit=1e9',
    'sort=random',
    'children=maybe',
    'since=soon',
    'agent=nobody',
    'session='.padEnd(10),
  ])('refuses %s, or passes over what is empty', async query => {
    const { status, text } = await send(`/api/sources/store/sessions?${query.trim()}`, { headers: key() })
    expect(status).toBe(query.trim() === 'session=' ? 200 : 400)
    if (status === 400) expect(JSON.parse(text).error.message).toMatch(/^Cannot|expected/)
  })

  it('are summed up', async () => {
    const overview = await get<Overview>('/api/sources/store/overview?project=garden')
    expect(overview).toMatchObject({ sessions: 3, failed: 2, corrected: 2 })
    expect(overview.tools.find(({ name }) => name === 'Bash')).toMatchObject({ calls: 2, failed: 2, sessions: 2 })
    expect(overview.usd).toBeGreaterThan(0)
    expect(overview.weeks.flatMap(({ agents }) => Object.values(agents)).reduce((a, b) => a + b)).toBe(3)
  })

  it('cost what the command line says', async () => {
    const { costOf } = await import('../cost/cost-table.ts')
    const report = await costOf(join(folder, 'store'), { by: 'model' })
    const told = await get<typeof report>('/api/sources/store/cost?by=model')
    expect(told.total).toEqual(report.total)
    expect((await send('/api/sources/store/cost?by=mood', { headers: key() })).status).toBe(400)
  })

  it('are searched', async () => {
    const found = await get<{ sessions: { trace_id: string; hits: { match: string }[] }[] }>('/api/sources/store/search?q=late+SOWING')
    expect(found.sessions.map(({ trace_id }) => trace_id)).toEqual(['beans', 'peas', 'stones'])
    expect(found.sessions[0]!.hits[0]!.match).toBe('late sowing')
    expect((await send('/api/sources/store/search?q=', { headers: key() })).status).toBe(400)
    expect((await send(`/api/sources/store/search?q=${'x'.repeat(1001)}`, { headers: key() })).status).toBe(400)
  })
})

describe('a session', () => {
  const kinds = (items: readonly PageItem[]) => items.map(({ kind }) => kind)

  it('is read from its prompt to its end, calls with their results', async () => {
    const page = await get<SessionPage>('/api/sources/store/sessions/peas')
    expect(kinds(page.items)).toEqual(['prompt', 'reasoning', 'call', 'answer', 'prompt', 'call', 'answer'])
    expect(page.items[2]).toMatchObject({ name: 'Bash', brief: 'plant peas', outcome: 'failed', result: { failed: true } })
    expect(page.items[3]).toMatchObject({
      tree: [
        {
          tag: 'p',
          children: [
            { tag: 'strong', children: ['Planted'] },
            ' the peas, see ',
            { tag: 'a', url: 'https://example.com/rows', children: ['the rows'] },
          ],
        },
      ],
    })
    expect(page.items[5]).toMatchObject({
      diffs: [
        {
          path: '/srv/garden/plan.md',
          lines: [
            { kind: 'removed', text: 'lying' },
            { kind: 'added', text: 'standing' },
            { kind: 'same', text: 'same' },
          ],
        },
      ],
    })
    expect(page.items[0]).toMatchObject({ whose: 'human', trained: false, place: expect.stringMatching(/peas\.jsonl:1$/) })
  })

  it('long texts are sent by their beginning, and whole when they are asked for', async () => {
    const { items } = await get<SessionPage>('/api/sources/store/sessions/peas')
    expect(items[5]).toMatchObject({ result: { text: { lines: 16 } } })
    const whole = await get<{ text: string }>('/api/sources/store/sessions/peas/part/5/result')
    expect(whole.text.split('\n')).toHaveLength(40)
    for (const path of ['part/5/mood', 'part/99/result', 'part/0/result', 'part/x/text', 'picture/0/0', 'picture/9/9', 'raw/99'])
      expect((await send(`/api/sources/store/sessions/peas/${path}`, { headers: key() })).status).toBeGreaterThanOrEqual(400)
  })

  it('is found in where its text is folded', async () => {
    expect(await get('/api/sources/store/sessions/peas/find?q=LATE+sowing')).toEqual({ items: [5], places: 1 })
    expect(await get('/api/sources/store/sessions/peas/find?q=')).toEqual({ items: [], places: 0 })
  })

  it('has its agents at their calls, and they lead back', async () => {
    const page = await get<SessionPage>('/api/sources/store/sessions/beans')
    const call = page.items.find(item => item.kind === 'call' && item.name === 'Task')!
    expect(call).toMatchObject({ children: [{ relation: 'subagent', answer: 'There are twelve rows', messages: 2 }] })
    const child = (call as Extract<PageItem, { kind: 'call' }>).children[0]!
    const inner = await get<SessionPage>(`/api/sources/store/sessions/${encodeURIComponent(child.trace_id)}`)
    expect(inner.above).toMatchObject([{ trace_id: 'beans', title: 'Plant the beans in rows' }])
    expect(inner.siblings).toEqual([child.trace_id])
  })

  it('comes in parts', async () => {
    const { total, items, from } = await get<SessionPage>('/api/sources/store/sessions/peas?from=2&count=2')
    expect([total, from, kinds(items)]).toEqual([7, 2, ['call', 'answer']])
  })

  it('shows each message as it is in the row', async () => {
    const { text } = await get<{ text: string }>('/api/sources/store/sessions/peas/raw/0')
    expect(JSON.parse(text)).toMatchObject({ message: { role: 'user' }, meta: { origin: 'human', record: 1 } })
  })
})

it('nothing hostile is sent as it is: no control, no mark of direction, no link but to the web', async () => {
  const texts = await Promise.all(
    [
      'sessions/hostile',
      'sessions',
      'overview',
      'cost?by=model',
      'search?q=window',
      'sessions/hostile/raw/0',
      'sessions/hostile/part/0/text',
    ].map(async path => (await send(`/api/sources/store/${path}`, { headers: key() })).text),
  )
  for (const text of texts) {
    const strings: string[] = []
    JSON.parse(text, (name, value) => {
      strings.push(name, ...(typeof value === 'string' ? [value] : []))
      return value
    })
    expect(strings.filter(string => /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/.test(string))).toEqual([])
  }
  const page = await get<SessionPage>('/api/sources/store/sessions/hostile')
  const urls = JSON.stringify(page).match(/"url":"[^"]*"/g) ?? []
  expect(urls.filter(url => !/^"url":"(?:https?:\/\/|"$)/.test(url) && url !== '"url":""')).toEqual([])
  const call = page.items.find(item => item.kind === 'call') as Extract<PageItem, { kind: 'call' }>
  expect(call.result!.pictures.map(({ url }) => url === null)).toEqual([true, false])
  const svg = await send(`/api/sources/store/sessions/hostile/picture/${call.index}/0`, { headers: key() })
  const png = await send(`/api/sources/store/sessions/hostile/picture/${call.index}/1`, { headers: key() })
  expect([svg.status, png.status, png.headers['content-type']]).toEqual([404, 200, 'image/png'])
  expect(png.headers['content-security-policy']).toBe("default-src 'none'; sandbox")
})

describe('sessions beside each other', () => {
  it('have their calls aligned, and part where they do', async () => {
    const compared = await get<Comparison>('/api/sources/store/compare?id=peas&id=stones')
    expect(compared.sessions.map(({ trace_id }) => trace_id)).toEqual(['peas', 'stones'])
    expect(compared.rows.map(({ calls, same }) => [calls.map(call => call?.brief ?? null), same])).toEqual([
      [['plant peas', null], false],
      [[null, 'plant stones'], false],
      [['/srv/garden/plan.md', '/srv/garden/plan.md'], true],
    ])
    expect(compared.parted).toBe(0)
  })

  it.each([
    ['id=peas', 400],
    ['id=peas&id=peas', 400],
    ['id=a&id=b&id=c&id=d&id=e', 400],
    ['id=peas&id=nobody', 404],
  ])('%s cannot be compared', async (query, status) => {
    expect((await send(`/api/sources/store/compare?${query}`, { headers: key() })).status).toBe(status)
  })
})

describe('labels', () => {
  const url = '/api/sources/store/labels'
  const accept = { sessions: ['stones'], message: null, labels: [{ name: 'verdict', value: 'accept' }] }

  it('are written, listed, and taken back', async () => {
    const { status, text } = await post(url, { ...accept, labels: [...accept.labels, { name: 'tag', value: '<b>tidy</b>' }] })
    expect([status, JSON.parse(text).data.map(({ value }: SaidLabel) => value)]).toEqual([201, ['accept', '<b>tidy</b>']])
    expect((await get<SessionList>('/api/sources/store/sessions?label=accept')).lines).toMatchObject([
      { trace_id: 'stones', label: 'accept', tags: ['<b>tidy</b>'] },
    ])
    await post(url, { sessions: ['stones'], message: 3, labels: [{ name: 'note', value: 'it does not' }] })
    expect(await get<SaidLabel[]>(`${url}?session=stones`)).toHaveLength(3)
    await post(url, { ...accept, undo: true })
    expect((await get<SessionList>('/api/sources/store/sessions?label=accept')).total).toBe(0)
    expect(await get<SaidLabel[]>(url)).toHaveLength(2)
  })

  it('of several people are told with how far they agree, under names of their own', async () => {
    const say = (by: string, trace_id: string, name: string, value: string) =>
      post(url, { sessions: [trace_id], message: null, labels: [{ name, value }], by })
    for (const [id, ada, bob] of [
      ['peas', '4', '4'],
      ['stones', '1', '2'],
    ] as const) {
      await say('ada', id, 'quality', ada)
      await say('bob <b>', id, 'quality', bob)
    }
    const summary = await get<LabelSummary>(`${url}/summary`)
    expect(summary.names.find(({ name }) => name === 'quality')!.values).toEqual([
      {
        value: '4',
        count: 2,
        by: [
          { value: 'ada', count: 1 },
          { value: 'bob <b>', count: 1 },
        ],
      },
      { value: '1', count: 1, by: [{ value: 'ada', count: 1 }] },
      { value: '2', count: 1, by: [{ value: 'bob <b>', count: 1 }] },
    ])
    expect(summary.agreement).toEqual([
      { name: 'quality', raters: ['ada', 'bob <b>'], items: 2, agreed: 1, kappa: expect.closeTo(1 / 3, 6) },
    ])
    for (const [by, value] of [
      ['ada', '4'],
      ['bob <b>', '4'],
    ])
      await post(url, { sessions: ['peas', 'stones'], labels: [{ name: 'quality', value }], by, undo: true })
  })

  it('make no session another one: what was read of the store is not read again', async () => {
    const source = async () => (await get<Sources>('/api/sources')).sources.find(({ id }) => id === 'store')!
    await get<SessionList>('/api/sources/store/sessions')
    const before = await source()
    const facts = vi.spyOn(SessionIndex, 'load')
    await post(url, accept)
    const after = await source()
    expect((await get<SessionList>('/api/sources/store/sessions?label=accept')).total).toBe(1)
    expect([after.version, facts.mock.calls.length]).toEqual([before.version, 0])
    expect(after.labels_version).not.toBe(before.labels_version)
    await post(url, { ...accept, undo: true })
    facts.mockRestore()
  })

  it('of many requests at once are all kept', async () => {
    const names = Array.from({ length: 12 }, (_, i) => `tag ${i}`)
    const replies = await Promise.all(names.map(value => post(url, { sessions: ['peas'], labels: [{ name: 'tag', value }] })))
    expect(replies.map(({ status }) => status)).toEqual(names.map(() => 201))
    expect(new Set((await get<SaidLabel[]>(`${url}?session=peas`)).map(({ value }) => value))).toEqual(new Set(names))
    await post(url, { sessions: ['peas'], labels: names.slice(0, 12).map(value => ({ name: 'tag', value })), undo: true })
  })

  it.each<[string, unknown]>([
    ['no JSON', '{"sessions":'],
    ['a list', []],
    ['no sessions', { ...accept, sessions: [] }],
    ['sessions that are no text', { ...accept, sessions: [1] }],
    ['a session that is not there', { ...accept, sessions: ['nobody'] }],
    ['a verdict that is none', { ...accept, labels: [{ name: 'verdict', value: 'maybe' }] }],
    ['a name that is none', { ...accept, labels: [{ name: 'Mood!', value: 'good' }] }],
    ['a name that is no text', { ...accept, labels: [{ name: 7, value: 'good' }] }],
    ['a rater that is no name', { ...accept, by: 7 }],
    ['a rater without a name', { ...accept, by: ' ' }],
    ['an empty note', { ...accept, labels: [{ name: 'note', value: ' ' }] }],
    ['a message that is not there', { ...accept, message: 99 }],
    ['a message that is no number', { ...accept, message: '3' }],
    ['a long note', { ...accept, labels: [{ name: 'note', value: 'x'.repeat(10_001) }] }],
  ])('refuse %s', async (_name, body) => {
    const before = await get<SaidLabel[]>(url)
    const { status, text } = await post(url, body)
    expect([status, JSON.parse(text).error.message]).toEqual([400, expect.stringMatching(/^Cannot label/)])
    expect(await get<SaidLabel[]>(url)).toEqual(before)
  })

  it('refuse forms of other pages, and what is too large', async () => {
    const before = await get<SaidLabel[]>(url)
    expect((await post(url, accept, { 'content-type': 'text/plain' })).status).toBe(403)
    expect((await post(url, accept, { 'x-tracewright': '' })).status).toBe(403)
    expect((await post(url, accept, { origin: 'https://evil.example' })).status).toBe(403)
    // The server does not read to the end what it refuses: whoever still sends may see the connection end first.
    const tooLarge = await post(url, JSON.stringify({ ...accept, more: 'x'.repeat(1 << 20) })).then(
      ({ status }) => status,
      () => 413,
    )
    expect(tooLarge).toBe(413)
    expect((await send(url, { method: 'DELETE', headers: key() })).status).toBe(403)
    expect(await get<SaidLabel[]>(url)).toEqual(before)
  })

  it('are read of a request that comes piece by piece, up to the same length', async () => {
    const inPieces = (body: string) => post(url, body, { 'transfer-encoding': 'chunked' })
    const before = await get<SaidLabel[]>(url)
    for (const odd of ['', 'null', '[]', '{}', '{"a":'.repeat(100_000)])
      expect(await inPieces(odd)).toMatchObject({
        status: 400,
        text: expect.stringMatching(/^\{"error":\{"message":"Cannot label: expected/),
      })
    const tooLong = await inPieces(JSON.stringify({ ...accept, more: 'x'.repeat(1 << 20) })).then(
      ({ status }) => status,
      () => 413,
    )
    expect(tooLong).toBe(413)
    expect(await get<SaidLabel[]>(url)).toEqual(before)
    expect(await inPieces(JSON.stringify({ ...accept, undo: true }))).toMatchObject({ status: 201 })
    expect(await inPieces(JSON.stringify(accept))).toMatchObject({ status: 201 })
  })

  it('are refused where nothing may be written', async () => {
    const reader = await startStudio({ paths: [join(folder, 'store')], readOnly: true })
    try {
      const reply = await fetch(`http://127.0.0.1:${reader.port}${url}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${reader.token}`, 'content-type': 'application/json', 'x-tracewright': '1' },
        body: JSON.stringify(accept),
      })
      expect([reply.status, ((await reply.json()) as { error: { message: string } }).error.message]).toEqual([
        400,
        expect.stringContaining('--read-only'),
      ])
    } finally {
      await reader.close()
    }
  })
})

it('tells when a store has changed, and then shows what it has become', async () => {
  const stream = await fetch(`http://127.0.0.1:${studio.port}/api/sources/changes`, { headers: key() })
  const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader()
  const next = async () => {
    for (let text = ''; ; ) {
      text += (await reader.read()).value
      const data = /^data: (.*)\n\n/m.exec(text)?.[1]
      if (data !== undefined) return JSON.parse(data) as { id: string; version: string }[]
    }
  }
  const [before] = await next()
  const { total } = await get<SessionList>('/api/sources/store/sessions')
  const log = readFileSync(join(folder, 'logs', '-p', 'peas.jsonl'), 'utf8').replaceAll('peas', 'leeks')
  writeFileSync(join(folder, 'logs', '-p', 'leeks.jsonl'), log)
  await ingestSample(folder)
  const [after] = await next()
  expect(after!.version).not.toBe(before!.version)
  expect((await get<SessionList>('/api/sources/store/sessions')).total).toBe(total + 1)
  await reader.cancel()
})

describe('where there is nothing to show', () => {
  it.each(['nowhere', 'empty', 'notes.txt'])('%s is said to be none', async name => {
    mkdirSync(join(folder, 'empty'), { recursive: true })
    appendFileSync(join(folder, 'notes.txt'), 'hello')
    await expect(startStudio({ paths: [join(folder, name)] })).rejects.toThrow(/Cannot show '.*': found neither/)
  })

  it('a folder without any is said to have none', async () => {
    await expect(startStudio({ folder: join(folder, 'empty') })).rejects.toThrow(/found no store and no run/)
    expect(existsSync(join(folder, 'store'))).toBe(true)
  })

  it('a damaged store is told of when it is asked for, and the others go on', async () => {
    const broken = join(folder, 'broken.parquet')
    writeFileSync(broken, 'PAR1 nothing PAR1')
    const other = await startStudio({ paths: [broken, join(folder, 'store')] })
    try {
      const ask = (id: string) =>
        fetch(`http://127.0.0.1:${other.port}/api/sources/${id}/sessions`, { headers: { authorization: `Bearer ${other.token}` } })
      const reply = await ask('broken.parquet')
      expect([reply.status, ((await reply.json()) as { error: { message: string } }).error.message]).toEqual([
        500,
        expect.stringMatching(/Cannot/),
      ])
      expect((await ask('store')).status).toBe(200)
    } finally {
      await other.close()
    }
  })
})
