import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { startS3Server } from '../../../test/s3-server.ts'
import type { RunHome } from '../../dataset/run/home.ts'
import { openHome } from '../../dataset/run/open-home.ts'
import { commitMarker, type Marker, readMarker, shardName } from '../../dataset/run/shard-marker.ts'
import { DoneShards } from './done-shards.ts'

const scratch = mkdtempSync(join(tmpdir(), 'tracewright-done-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const marker = (shard: number, attempt = 'a-1'): Marker & { rows: number } => ({ layout: 1, shard, attempt, plan: 'p', rows: shard % 7 })

it('of 10,000 shards each marker is read once, however often it is looked', async () => {
  const files = new Map<string, Buffer>()
  const put = ({ shard, ...rest }: Marker) => files.set(`shards/${shardName(shard)}.json`, Buffer.from(JSON.stringify({ shard, ...rest })))
  for (let shard = 0; shard < 10_000; shard++) if (shard !== 4321) put(marker(shard))
  const asked = { markers: 0, lists: 0 }
  const home: RunHome = Object.assign(Object.create(openHome(join(scratch, 'none'))), {
    get: async (key: string) => {
      asked.markers++
      return files.get(key) ?? null
    },
    names: async () => {
      asked.lists++
      return [...files.keys()].map(key => key.slice('shards/'.length))
    },
  })
  const counted = () => {
    const counts = { ...asked }
    Object.assign(asked, { markers: 0, lists: 0 })
    return counts
  }
  const done = new DoneShards(home)
  expect((await done.look()).length).toBe(9_999)
  expect(counted()).toEqual({ markers: 9_999, lists: 1 })
  expect(await done.look()).toBe(await done.look())
  expect(counted()).toEqual({ markers: 0, lists: 2 })
  expect(done.has(4321)).toBe(false)
  put(marker(4321))
  expect((await done.look())[4321]).toEqual({ shard: 4321, rows: 4321 % 7 })
  expect(counted()).toEqual({ markers: 1, lists: 1 })
  files.delete(`shards/${shardName(17)}.json`)
  expect((await done.look()).length).toBe(9_999)
  expect(done.has(17)).toBe(false)
})

it('storage is asked for names a page at a time, and not for the files of attempts', async () => {
  const storage = await startS3Server({ pageSize: 10 })
  Object.assign(process.env, storage.environment)
  for (let shard = 0; shard < 20; shard++) {
    storage.objects.set(`bucket/run/shards/${shardName(shard)}.json`, Buffer.from(JSON.stringify(marker(shard))))
    for (let part = 0; part < 30; part++) storage.objects.set(`bucket/run/shards/${shardName(shard)}/a-1/parts/${part}`, Buffer.from(''))
  }
  const done = DoneShards.at('s3://bucket/run')
  expect((await done.look()).length).toBe(20)
  await done.look()
  // 20 markers and 20 folders of attempts.
  expect(storage.requests.filter(request => request === 'GET bucket/').length).toBe(8)
  expect(storage.requests.filter(request => request.endsWith('.json')).length).toBe(20)
  await storage.close()
})

it('a marker that cannot be read says nothing is done, and names itself', async () => {
  const home = openHome(join(scratch, 'home'))
  expect(await commitMarker(home, marker(3))).toEqual(marker(3))
  expect(await commitMarker(home, marker(3, 'a-2'))).toEqual(marker(3))
  for (const damage of [
    '',
    '{"layout":1,',
    'null',
    '[]',
    '{"layout":2,"shard":3,"attempt":"a","plan":"p"}',
    JSON.stringify(marker(4)),
    '{}',
  ]) {
    writeFileSync(join(scratch, 'home', 'shards', '00003.json'), damage)
    for (const read of [() => commitMarker(home, marker(3, 'a-2')), () => readMarker(home, 3), () => new DoneShards(home).look()])
      await expect(read(), damage).rejects.toMatchObject({
        message: 'Cannot tell what came of shard 3: its marker is damaged',
        where: expect.stringContaining('shards/00003.json'),
      })
  }
})

it('a marker that is taken away while it is looked at is made again', async () => {
  const home = openHome(join(scratch, 'away'))
  let isThere = true
  const shy = Object.assign(Object.create(home), {
    putIfAbsent: async (key: string, bytes: Uint8Array) => (isThere ? (isThere = false) : home.putIfAbsent(key, bytes)),
  })
  expect(await commitMarker(shy, marker(0))).toEqual(marker(0))
  expect(await readMarker(home, 0)).toEqual(marker(0))
})
