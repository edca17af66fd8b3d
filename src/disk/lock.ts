import { join } from 'node:path'
import { messageOf, TracewrightError } from '../errors.ts'

/**
 * Be the only writer of a store. The lock is the operating system's, taken on a file by SQLite, so that it ends with the process that
 * holds it however that ends. Throws where another holds it.
 */
export async function lockStore(folder: string): Promise<{ release(): void }> {
  const { DatabaseSync } = await import('node:sqlite')
  const path = join(folder, '.lock')
  let lock: import('node:sqlite').DatabaseSync | null = null
  try {
    lock = new DatabaseSync(path, { timeout: 0 })
    lock.exec('PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE')
  } catch (error) {
    lock?.close()
    if (/locked/.test(messageOf(error)))
      throw new TracewrightError('file', `Cannot write store '${folder}': another ingest is writing it`, {
        hint: 'Wait for it to finish, or use another folder',
      })
    throw new TracewrightError('file', `Cannot lock store '${folder}': ${messageOf(error)}`, { cause: error })
  }
  const held = lock
  return { release: () => held.close() }
}
