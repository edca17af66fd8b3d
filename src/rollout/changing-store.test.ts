import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, expect, it } from 'vitest'
import { textOf } from './conversation/blocks.ts'
import { findUnits, type UnitRef } from './find.ts'
import { DEFAULT_PARSE_OPTIONS } from './format.ts'
import { readUnit } from './read.ts'
import { folderWith, removeFolders } from './testing/read-logs.ts'

afterAll(removeFolders)

/** A store of Goose in journal mode, and the session in it. */
async function stored(): Promise<{ writer: DatabaseSync; ref: UnitRef }> {
  const root = folderWith({})
  const writer = new DatabaseSync(join(root, 'sessions.db'))
  writer.exec(`PRAGMA journal_mode = DELETE; CREATE TABLE sessions (id TEXT PRIMARY KEY, working_dir TEXT NOT NULL);
    CREATE TABLE messages (id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT, role TEXT, content_json TEXT, created_timestamp INTEGER);
    INSERT INTO sessions VALUES ('s', '/srv/kite'); INSERT INTO messages VALUES (1, 's', 'user', '[{"type":"text","text":"Mend 0"}]', 1772359200)`)
  const found = await findUnits({ format: 'goose', path: root })
  return { writer, ref: found.units[0]! }
}

/** The same unit, of which another program changes the store while it is read: as soon as its messages were, so many times. */
function changed({ writer, ref }: { writer: DatabaseSync; ref: UnitRef }, times: number): { ref: UnitRef; readings: () => number } {
  let readings = 0
  const format: UnitRef['format'] = {
    ...ref.format,
    async *parse(unit, job) {
      readings++
      for await (const outcome of ref.format.parse(unit, job)) {
        if (readings <= times) writer.exec(`UPDATE messages SET content_json = '[{"type":"text","text":"Mend ${readings}"}]'`)
        yield outcome
      }
    },
  }
  return { ref: { ...ref, format }, readings: () => readings }
}

const told = async (ref: UnitRef) =>
  (await readUnit(ref, DEFAULT_PARSE_OPTIONS, false)).outcomes.map(outcome =>
    'row' in outcome ? textOf(outcome.row.messages[0]!.content) : outcome.reject.reason,
  )

it.each([0, 1, 3])('a session of a store that changes %i times while it is read is given as it is at the end', async times => {
  const store = await stored()
  const { ref, readings } = changed(store, times)
  expect(await told(ref)).toEqual([`Mend ${times}`])
  expect(readings()).toBe(times + 1)
  store.writer.close()
  ref.source[Symbol.dispose]()
})

it('one whose store never rests is not given, and its reject says what to do', async () => {
  const store = await stored()
  const { ref } = changed(store, Number.POSITIVE_INFINITY)
  expect(await told(ref)).toEqual([
    expect.stringMatching(/^Cannot read the session as it was at one time: .* read it again when its program rests$/),
  ])
  store.writer.close()
  ref.source[Symbol.dispose]()
})
