import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type S3Server, startS3Server } from '../../../test/s3-server.ts'
import { HubServer } from '../../training/testing/hub-server.ts'
import type { HomeType, RunHome } from './home.ts'
import * as homes from './homes.ts'
import { openHome, openWorkingHome, probeHome } from './open-home.ts'
import { stageLogs } from './staged-logs.ts'

const scratch = mkdtempSync(join(tmpdir(), 'tracewright-homes-'))
let server: S3Server | null = null
const hub = new HubServer()
afterAll(async () => {
  await server?.close()
  await hub.stop()
  rmSync(scratch, { recursive: true, force: true })
})

/** A place of each kind that a test may use; starts what it needs. */
const places: { [name: string]: () => Promise<string> } = {
  folder: async () => join(scratch, 'folder'),
  s3: async () => {
    server = await startS3Server({ pageSize: 7 })
    Object.assign(process.env, server.environment)
    return 's3://bucket/some/run'
  },
  hf: async () => {
    process.env['HF_ENDPOINT'] = await hub.start()
    process.env['HF_TOKEN'] = hub.token
    return 'hf://datasets/ada/runs/some/run'
  },
}

it('there is a place to try each kind of home in, and its example is one', () => {
  const types: HomeType[] = Object.values(homes)
  expect(types.map(({ name }) => name).sort()).toEqual(Object.keys(places).sort())
  for (const type of types) expect(types.filter(each => each.matches(type.example)).map(({ name }) => name)).toEqual([type.name])
  expect(() => openHome('ftp://example.org/run')).toThrow("Cannot open 'ftp://example.org/run': expected ")
})

for (const name of Object.keys(places))
  describe(name, () => {
    let place: string
    let home: RunHome
    const text = async (key: string) => (await home.get(key))?.toString() ?? null
    beforeAll(async () => {
      place = await places[name]!()
      home = openHome(place)
    })

    it('lets a key be made once, whoever races for it', async () => {
      expect(await home.get('a/once.json')).toBe(null)
      const writers = Array.from({ length: 40 }, (_, n) => openHome(place).putIfAbsent('a/once.json', Buffer.from(`writer ${n}`)))
      const won = (await Promise.all(writers)).flatMap((isFirst, n) => (isFirst ? [n] : []))
      expect(won.length).toBe(1)
      expect(await text('a/once.json')).toBe(`writer ${won[0]}`)
      await probeHome(home)
      expect((await home.list('')).map(({ key }) => key)).toEqual(['a/once.json'])
    })

    it('writes, copies, lists and takes away', async () => {
      await home.put('b/1.json', Buffer.from('first'))
      await home.put('b/1.json', Buffer.from('second'))
      const file = join(scratch, 'file')
      writeFileSync(file, 'ä file\n')
      await home.putFile('b/c d/ü+&=.txt', file)
      await home.copy('b/1.json', 'b/copy')
      await home.copy('b/1.json', 'b/copy')
      await home.put('b/1.json', Buffer.from('third'))
      expect([await text('b/1.json'), await text('b/copy'), await text('b/c d/ü+&=.txt')]).toEqual(['third', 'second', 'ä file\n'])
      expect((await home.list('b/')).map(({ key, bytes }) => ({ key, bytes }))).toEqual([
        { key: 'b/1.json', bytes: 5 },
        { key: 'b/c d/ü+&=.txt', bytes: 8 },
        { key: 'b/copy', bytes: 6 },
      ])
      expect((await home.list('b/c')).length).toBe(2)
      await home.remove('b/copy')
      await home.remove('b/none')
      await home.removeBelow('b/c d/')
      expect((await home.list('b/')).map(({ key }) => key)).toEqual(['b/1.json'])
    })

    it('writes many keys, the last one last, and takes others away', async () => {
      for (const key of ['c/old', 'c/kept']) await home.put(key, Buffer.from(key))
      await home.putAll(
        [...'ab'].map(name => ({ key: `c/${name}`, content: new Blob([name]) })),
        ['c/old'],
      )
      expect((await home.list('c/')).map(({ key }) => key)).toEqual(['c/a', 'c/b', 'c/kept'])
      expect([await text('c/a'), await text('c/b')]).toEqual(['a', 'b'])
    })

    it('lists more than a server tells at once', async () => {
      const keys = Array.from({ length: 25 }, (_, n) => `many/${String(n).padStart(3, '0')}`)
      for (const key of keys) await home.put(key, Buffer.from('x'))
      expect((await home.list('many/')).map(({ key }) => key)).toEqual(keys)
      for (const key of ['many/a b/deep/1', 'many/a b/2', 'many/ü&']) await home.put(key, Buffer.from('x'))
      expect(await home.names('many/')).toEqual([...keys.map(key => key.slice(5)), 'a b/', 'ü&'])
      expect(await home.names('nothing/')).toEqual([])
    })
  })

it('a home that lets a key be made twice is refused', async () => {
  const good = openHome(join(scratch, 'liar'))
  const liar: RunHome = Object.assign(Object.create(good), {
    putIfAbsent: async (key: string, bytes: Uint8Array) => {
      await good.put(key, bytes)
      return true
    },
  })
  await expect(probeHome(liar)).rejects.toThrow('it lets a file be made that is there already')
  expect(await good.list('')).toEqual([])
})

it('what a folder cannot do is told with the file and the reason', async () => {
  const file = join(scratch, 'a-file')
  writeFileSync(file, '')
  await expect(openHome(file).putIfAbsent('x/y', Buffer.from(''))).rejects.toThrow(`Cannot write '${join(file, 'x', 'y')}'`)
  mkdirSync(join(scratch, 'clean'))
  const home = openHome(join(scratch, 'clean'))
  await home.putIfAbsent('k', Buffer.from('1'))
  await home.putIfAbsent('k', Buffer.from('2'))
  expect(readdirSync(join(scratch, 'clean'))).toEqual(['k'])
})

it('storage that ignores the condition is refused, and what it answers is told', async () => {
  const ignoring = await startS3Server({ ignoresConditions: true })
  Object.assign(process.env, ignoring.environment)
  await expect(probeHome(openHome('s3://bucket/run'))).rejects.toThrow('it lets a file be made that is there already')
  await ignoring.close()
  process.env['AWS_SECRET_ACCESS_KEY'] = 'another'
  const strict = await startS3Server({})
  process.env['AWS_ENDPOINT_URL_S3'] = strict.environment['AWS_ENDPOINT_URL_S3']
  await expect(openHome('s3://bucket/run').get('x')).rejects.toThrow(
    /Cannot GET 's3:\/\/bucket\/run\/x': it answered 403 SignatureDoesNotMatch/,
  )
  await strict.close()
})

it('storage that stumbles is asked again', async () => {
  const stumbling = await startS3Server({ failures: 2 })
  Object.assign(process.env, stumbling.environment)
  const home = openHome('s3://bucket/run')
  await home.put('k', Buffer.from('v'))
  expect(String(await home.get('k'))).toBe('v')
  await stumbling.close()
})

/** Storage that gives this answer to everything. */
async function answering(status: number, body: string): Promise<AsyncDisposable & { requests: number; url: string }> {
  const strange = {
    requests: 0,
    url: '',
    async [Symbol.asyncDispose]() {
      http.closeAllConnections()
      await new Promise(resolve => http.close(resolve))
    },
  }
  const http = createServer((request, response) => {
    strange.requests++
    request.resume().on('end', () => response.writeHead(status, { 'content-type': 'application/xml' }).end(body))
  })
  await new Promise<void>(resolve => http.listen(0, '127.0.0.1', resolve))
  strange.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  return strange
}

it.each([
  ['of no end of conflicts', 409, '<Error><Code>ConditionalRequestConflict</Code></Error>', /answered 409 ConditionalRequestConflict/],
  ['of lists that go on nowhere', 200, '<L><IsTruncated>true</IsTruncated></L>', /says that there is more, and not where it goes on/],
  [
    'of a list that goes round',
    200,
    '<L><IsTruncated>true</IsTruncated><NextContinuationToken>a</NextContinuationToken></L>',
    /says that there is more, and not where it goes on/,
  ],
])('storage %s is not asked for ever', async (_, status, body, said) => {
  await using strange = await answering(status, body)
  process.env['AWS_ENDPOINT_URL_S3'] = strange.url
  const home = openHome('s3://bucket/run')
  await expect(status === 409 ? home.putIfAbsent('k', Buffer.from('v')) : home.list('')).rejects.toThrow(said)
  expect(strange.requests).toBeLessThan(100)
})

it('a dataset that is there and not to be seen is told of, and not made for ever', async () => {
  hub.hidden.add('ada/secret')
  const before = hub.requests.length
  await expect(openHome('hf://datasets/ada/secret').put('k', Buffer.from('v'))).rejects.toThrow('is there, and does not show it')
  expect(hub.requests.length - before).toBeLessThan(50)
})

it('logs in storage are brought here once, and again where they have changed', async () => {
  const store = await startS3Server({ pageSize: 2 })
  Object.assign(process.env, store.environment)
  const home = openHome('s3://bucket/logs')
  for (const name of ['a/1.jsonl', 'a/2.jsonl', 'b/3.jsonl']) await home.put(name, Buffer.from(`${name}\n`))
  const first = await stageLogs('s3://bucket/logs', scratch)
  expect([first.fetched, first.total, readFileSync(join(first.folder, 'b', '3.jsonl'), 'utf8')]).toEqual([3, 3, 'b/3.jsonl\n'])
  expect(await stageLogs('s3://bucket/logs', scratch)).toMatchObject({ fetched: 0, total: 3 })
  await home.put('a/2.jsonl', Buffer.from('a/2.more\n'))
  await home.remove('b/3.jsonl')
  expect(await stageLogs('s3://bucket/logs', scratch)).toMatchObject({ fetched: 1, total: 2, folder: first.folder })
  expect([readFileSync(join(first.folder, 'a', '2.jsonl'), 'utf8'), existsSync(join(first.folder, 'b', '3.jsonl'))]).toEqual([
    'a/2.more\n',
    false,
  ])
  store.objects.set('bucket/logs/../../out.jsonl', Buffer.from('x'))
  await expect(stageLogs('s3://bucket/logs', scratch)).rejects.toThrow('leads out of the folder')
  await store.close()
})

it('the hub takes many keys in one commit on what was seen, and makes it again where another was quicker', async () => {
  const repo = hub.repos.get('ada/runs')!
  expect(repo.visibility).toBe('private')
  const before = repo.commits.length
  let others = 2
  hub.onCommit = () => {
    if (others-- > 0) repo.head = `${others}`.padStart(40, 'f')
  }
  await openHome('hf://datasets/ada/runs/two').putAll(
    ['x', 'y', 'z'].map(key => ({ key, content: new Blob([key]) })),
    [],
  )
  hub.onCommit = null
  expect(repo.commits.slice(before).map(({ operations }) => operations)).toEqual([3])
  expect(repo.commits.every(({ parent }) => parent !== undefined)).toBe(true)
  expect(await openHome('hf://datasets/ada/none').get('x')).toBe(null)
  for (const place of ['hf://ada/runs', 'hf://datasets/ada', 'hf://models/ada/runs'])
    expect(() => openHome(place)).toThrow('expected hf://datasets/USER/NAME')
  expect(() => openWorkingHome('hf://datasets/ada/runs')).toThrow("Cannot work in 'hf://datasets/ada/runs'")
  process.env['HF_TOKEN'] = 'hf_another'
  await expect(openHome('hf://datasets/ada/runs').put('x', Buffer.from(''))).rejects.toThrow('the hub answered 401')
  delete process.env['HF_TOKEN']
  await expect(openHome('hf://datasets/ada/runs').list('')).rejects.toThrow('no token')
})
