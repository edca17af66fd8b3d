import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { startS3Server } from '../../../test/s3-server.ts'
import { openHome } from '../../dataset/run/open-home.ts'
import { commitMarker, type Marker, readMarker, shardName } from '../../dataset/run/shard-marker.ts'
import { DoneShards } from './done-shards.ts'

const scratch = mkdtempSync(join(tmpdir(), 'tracewright-done-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const marker = (shard: number, attempt = 'a-1'): Marker & { rows: number } => ({ layout: 1, shard, attempt, plan: 'p', rows: shard % 7 })

it('of 10,000 shards each marker is read once, however often it is looked', async () => {
  const storage = await startS3Server({})
  Object.assign(process.env, storage.environment)
  for (let shard = 0; shard < 10_000; shard++) {
    if (shard !== 4321) storage.objects.set(`bucket/run/shards/${shardName(shard)}.json`, Buffer.from(JSON.stringify(marker(shard))))
    storage.objects.set(`bucket/run/shards/${shardName(shard)}/a-1/parts/part-00000.parquet`, Buffer.from(''))
  }
  const done = DoneShards.at('s3://bucket/run')
  const asked = () => {
    const requests = storage.requests.splice(0)
    return {
      markers: requests.filter(request => request.endsWith('.json')).length,
      lists: requests.filter(r => r === 'GET bucket/').length,
    }
  }
  expect((await done.look()).length).toBe(9_999)
  expect(asked()).toEqual({ markers: 9_999, lists: 20 })
  expect(await done.look()).toBe(await done.look())
  expect(asked()).toEqual({ markers: 0, lists: 40 })
  expect(done.has(4321)).toBe(false)
  await commitMarker(openHome('s3://bucket/run'), marker(4321))
  storage.requests.length = 0
  expect((await done.look())[4321]).toEqual({ shard: 4321, rows: 4321 % 7 })
  expect(asked()).toEqual({ markers: 1, lists: 20 })
  await openHome('s3://bucket/run').remove(`shards/${shardName(17)}.json`)
  expect((await done.look()).length).toBe(9_999)
  await storage.close()
}, 120_000)

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
