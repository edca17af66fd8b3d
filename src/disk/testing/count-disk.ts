import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

/** What was asked of the disk: each call with the path it was for. */
export type DiskCalls = { call: (typeof BY_PATH)[number] | 'fstatSync' | 'readSync'; path: string }[]

const BY_PATH = ['openSync', 'statSync', 'lstatSync', 'readdirSync'] as const

/** Do something and note what it asks of the disk in this thread. */
export async function countDisk(work: () => Promise<unknown>): Promise<DiskCalls> {
  const calls: DiskCalls = []
  const names = new Map<number, string>()
  const { openSync, statSync, lstatSync, readdirSync, readSync, fstatSync } = fs
  for (const call of BY_PATH) {
    const real = fs[call] as (path: string, ...rest: unknown[]) => unknown
    const counting = (path: string, ...rest: unknown[]) => {
      calls.push({ call, path })
      const result = real(path, ...rest)
      if (call === 'openSync') names.set(result as number, path)
      return result
    }
    Object.assign(fs, { [call]: counting })
  }
  for (const call of ['readSync', 'fstatSync'] as const) {
    const real = fs[call] as (file: number, ...rest: unknown[]) => unknown
    const counting = (file: number, ...rest: unknown[]) => {
      calls.push({ call, path: names.get(file) ?? '' })
      return real(file, ...rest)
    }
    Object.assign(fs, { [call]: counting })
  }
  syncBuiltinESMExports()
  try {
    await work()
  } finally {
    Object.assign(fs, { openSync, statSync, lstatSync, readdirSync, readSync, fstatSync })
    syncBuiltinESMExports()
  }
  return calls
}
