import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { browseRecords, keysOf } from './browse-records.ts'

it('browseRecords() goes on and back, makes only what is looked at, and says where it ends', async () => {
  const browse = async (keys: string, first = 0, count = 3) => {
    const shown: number[] = []
    const said: string[] = []
    const input = new PassThrough()
    input.end(keys)
    await browseRecords(
      first,
      keysOf(input),
      async index => index < count && shown.push(index) > 0,
      text => void said.push(text),
    )
    return { shown, said: said.filter(text => text.startsWith('This')) }
  }
  expect(await browse('')).toEqual({ shown: [0], said: [] })
  expect(await browse('nn')).toEqual({ shown: [0, 1, 2], said: [] })
  expect(await browse('npxq n')).toEqual({ shown: [0, 1, 0], said: [] })
  expect(await browse('pnnnn')).toEqual({
    shown: [0, 1, 2],
    said: ['This is the first record', 'This is the last record', 'This is the last record'],
  })
  expect(await browse('\x03nn', 1)).toEqual({ shown: [1], said: [] })
  expect(await browse('nn', 7)).toEqual({ shown: [], said: [] })
})
