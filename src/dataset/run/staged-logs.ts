import { createHash } from 'node:crypto'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve, sep } from 'node:path'
import { makeFolder } from '../../disk/made-folders.ts'
import { readText } from '../../disk/read-file.ts'
import { writeAside } from '../../disk/write-aside.ts'
import { TracewrightError } from '../../errors.ts'
import { isObject, parseJson } from '../../json/json.ts'
import { openHome } from './open-home.ts'

/** Logs that were brought here: the folder they stand in, and how many were fetched now. */
export type StagedLogs = { folder: string; fetched: number; total: number }

/**
 * Bring logs from storage elsewhere to a folder here, so that they are read as any other. What is here with the tag it has there is not
 * fetched again, and what is gone there is gone here; nobody sees half a file.
 */
export async function stageLogs(place: string, below: string): Promise<StagedLogs> {
  const home = openHome(place)
  const folder = join(below, createHash('sha256').update(place).digest('hex').slice(0, 16))
  const index = `${folder}.json`
  const known = existsSync(index) ? parseJson(readText(index)) : null
  const before = new Map(Object.entries(isObject(known) ? known : {}))
  const keys = (await home.list('')).filter(({ key }) => !key.endsWith('/'))
  if (keys.length === 0) throw new TracewrightError('seed', `Cannot read '${place}': nothing is there`)
  makeFolder(folder)
  const tags = new Map<string, string>()
  let fetched = 0
  for (let at = 0; at < keys.length; at += AT_ONCE)
    await Promise.all(
      keys.slice(at, at + AT_ONCE).map(async ({ key, tag, bytes }) => {
        const path = placeBelow(folder, key)
        const print = `${tag} ${bytes}`
        if (before.get(key) !== print || !existsSync(path)) {
          const body = await home.get(key)
          if (body === null) return
          makeFolder(dirname(path))
          writeAside(path, body)
          fetched++
        }
        tags.set(key, print)
      }),
    )
  for (const key of before.keys()) if (!tags.has(key)) rmSync(placeBelow(folder, key), { force: true })
  writeFileSync(index, JSON.stringify(Object.fromEntries(tags)))
  return { folder, fetched, total: keys.length }
}

/** Bring logs to where this machine keeps them: TRACEWRIGHT_SCRATCH, or the folder for what is temporary. */
export function stageLogsHere(place: string): Promise<StagedLogs> {
  return stageLogs(place, join(process.env['TRACEWRIGHT_SCRATCH'] ?? tmpdir(), 'tracewright-logs'))
}

/** Whether a place is elsewhere, so that logs have to be brought here. */
export function isElsewhere(place: string): boolean {
  return /^s3:\/\//i.test(place)
}

const AT_ONCE = 16

/** Where a key stands; keys are words of others, and may lead nowhere else. */
function placeBelow(folder: string, key: string): string {
  const path = resolve(folder, key)
  if (path.startsWith(folder + sep)) return path
  throw new TracewrightError('file', `Cannot stage '${key}': its name leads out of the folder of logs`)
}
