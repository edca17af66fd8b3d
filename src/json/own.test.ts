import { expect, it } from 'vitest'
import { addOwn, countOwn, ownValue, setOwn } from './own.ts'

const KEYS = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__', 'key']

it('keeps every key as a key', () => {
  const object: { [key: string]: number } = {}
  for (const key of KEYS) {
    expect(ownValue(object, key), key).toBeUndefined()
    countOwn(object, key)
    countOwn(object, key, 2)
    expect(ownValue(object, key), key).toBe(3)
  }
  expect(Object.keys(object)).toEqual(KEYS)
  expect(JSON.parse(JSON.stringify(object))).toEqual(object)
  const copy: { [key: string]: number } = {}
  addOwn(copy, object)
  setOwn(copy, '__proto__', 7)
  expect(Object.entries(copy)[0]).toEqual(['__proto__', 7])
  expect(Object.getPrototypeOf(copy)).toBe(Object.prototype)
})
