import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, it } from 'vitest'
import { folderWith, removeFolders } from '../testing/read-logs.ts'
import { Source } from './source.ts'

afterAll(removeFolders)

const LONG = 'reed '.repeat(200)

/** A store that a program has open: what it wrote in it and did not bring to its end, or did not move into it from its log. */
function live(folder: string, sql: string): DatabaseSync {
  const database = new DatabaseSync(join(folder, 'store.db'))
  database.exec(sql)
  return database
}

const filesIn = (folder: string) => new Map(readdirSync(folder).map(name => [name, readFileSync(join(folder, name)).toString('base64')]))

async function textsIn(root: string, path = 'store.db'): Promise<string[]> {
  const source = new Source(root)
  try {
    const database = await source.database(path)
    return database
      .prepare('SELECT x FROM t ORDER BY rowid')
      .all()
      .map(row => String(row['x']))
  } finally {
    source[Symbol.dispose]()
  }
}

/** What a program does that stops between two pages of a change. */
const HALF_DONE = `PRAGMA journal_mode = DELETE; CREATE TABLE t (x);
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400) INSERT INTO t SELECT i || ' ${LONG}' FROM n;
  PRAGMA cache_size = 2; PRAGMA cache_spill = 1; BEGIN; UPDATE t SET x = 'half done'; DELETE FROM t WHERE rowid % 2 = 0`

describe('A store that is being written', () => {
  it.each<[string, string]>([
    ['is in the file', `PRAGMA journal_mode = DELETE; CREATE TABLE t (x); INSERT INTO t VALUES ('said')`],
    ['is in the log alone', `PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (x); INSERT INTO t VALUES ('said')`],
    [
      'is in both, and goes on',
      `PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES ('said'); PRAGMA wal_checkpoint(TRUNCATE);
        BEGIN; INSERT INTO t VALUES ('not said yet')`,
    ],
    ['is in the file, which it keeps for itself', `PRAGMA locking_mode = EXCLUSIVE; CREATE TABLE t (x); INSERT INTO t VALUES ('said')`],
    ['was emptied out of a journal that is kept', `PRAGMA journal_mode = PERSIST; CREATE TABLE t (x); INSERT INTO t VALUES ('said')`],
    ['was emptied out of a journal that was cut', `PRAGMA journal_mode = TRUNCATE; CREATE TABLE t (x); INSERT INTO t VALUES ('said')`],
  ])('gives what was written whole, and stays as it is: it %s', async (_, sql) => {
    const root = folderWith({})
    const writer = live(root, sql)
    const before = filesIn(root)
    expect(await textsIn(root)).toEqual(['said'])
    expect(filesIn(root)).toEqual(before)
    writer.close()
  })

  it('is read as it was before a change that did not come to its end', async () => {
    const root = folderWith({})
    const writer = live(root, HALF_DONE)
    const crashed = folderWith({})
    for (const name of readdirSync(root)) copyFileSync(join(root, name), join(crashed, name))
    writer.close()
    expect(readdirSync(crashed).sort()).toEqual(['store.db', 'store.db-journal'])
    const before = filesIn(crashed)
    const texts = await textsIn(crashed)
    expect(texts).toHaveLength(400)
    expect(texts.filter(text => !text.endsWith(LONG))).toEqual([])
    expect(filesIn(crashed)).toEqual(before)
  })

  it.each<[string, (folder: string) => void]>([
    ['is missing', () => {}],
    ['is of something else', folder => writeFileSync(join(folder, 'store.db-shm'), Buffer.alloc(32768, 7))],
    ['is a folder', folder => mkdirSync(join(folder, 'store.db-shm'))],
  ])("gives what its log has where the log's index %s", async (_, addIndex) => {
    const root = folderWith({})
    const writer = live(
      root,
      `PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (x); INSERT INTO t VALUES ('in the log')`,
    )
    const copy = folderWith({})
    for (const name of ['store.db', 'store.db-wal']) copyFileSync(join(root, name), join(copy, name))
    writer.close()
    addIndex(copy)
    expect(await textsIn(copy)).toEqual(['in the log'])
  })

  it.each<[string, (log: Buffer) => Buffer]>([
    ['torn', log => log.subarray(0, log.length - 100)],
    ['of another store', () => Buffer.alloc(5000, 'no log at all ')],
    ['a header alone', log => log.subarray(0, 32)],
  ])('gives what stands in it where its log is %s', async (_, damaged) => {
    const root = folderWith({})
    const writer = live(
      root,
      `PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES ('in it'); PRAGMA wal_checkpoint(TRUNCATE)`,
    )
    writer.exec(`INSERT INTO t VALUES ('${LONG}')`)
    const copy = folderWith({ 'store.db-wal': damaged(readFileSync(join(root, 'store.db-wal'))) })
    copyFileSync(join(root, 'store.db'), join(copy, 'store.db'))
    writer.close()
    expect(await textsIn(copy)).toEqual(['in it'])
  })

  it('has the log that lies beside it, not beside a link to it', async () => {
    const root = folderWith({})
    mkdirSync(join(root, 'real'))
    const writer = live(
      join(root, 'real'),
      `PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (x); INSERT INTO t VALUES ('in the log')`,
    )
    symlinkSync(join('real', 'store.db'), join(root, 'linked.db'))
    expect(await textsIn(root, 'linked.db')).toEqual(['in the log'])
    writer.close()
  })

  it('is opened anew once it has changed, and what is being read of it goes on', async () => {
    const root = folderWith({})
    const writer = live(root, `PRAGMA journal_mode = DELETE; CREATE TABLE t (x); INSERT INTO t VALUES ('first')`)
    const source = new Source(root)
    const first = await source.database('store.db')
    expect(await source.database('store.db')).toBe(first)
    writer.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400) INSERT INTO t SELECT '${LONG}' FROM n`)
    const second = await source.database('store.db')
    expect(second.prepare('SELECT count(*) AS n FROM t').get()).toEqual({ n: 401 })
    expect(first.isOpen).toBe(true)
    source[Symbol.dispose]()
    expect([first.isOpen, second.isOpen]).toEqual([false, false])
    writer.close()
  })

  it('is whole each time it is read while another process writes it', async () => {
    const root = folderWith({})
    // Each change is of all rows: to see two numbers at once is to see half of one.
    const program = `const { DatabaseSync } = require('node:sqlite'); const d = new DatabaseSync(process.argv[1])
      d.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 4000; CREATE TABLE t (x)")
      d.exec("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60) INSERT INTO t SELECT '0 ${LONG}' FROM n")
      process.stdout.write('ready'); let n = 0
      const step = () => { n++; d.exec("UPDATE t SET x = '" + n + " ${LONG}'"); setTimeout(step, 1) }; step()`
    const writer = spawn(process.execPath, ['-e', program, join(root, 'store.db')], { stdio: ['ignore', 'pipe', 'ignore'] })
    try {
      await once(writer.stdout, 'data')
      for (let i = 0; i < 30; i++) {
        const texts = await textsIn(root)
        expect(texts).toHaveLength(60)
        expect(new Set(texts).size).toBe(1)
      }
    } finally {
      writer.kill()
      await once(writer, 'exit')
    }
  }, 60_000)
})
