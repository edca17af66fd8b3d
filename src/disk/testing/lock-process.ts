// A process that takes a folder's lock. It says so, writes its number, and holds the lock until it is told to let go or is killed.
import { appendFileSync } from 'node:fs'
import { lockFolder } from '../lock.ts'

const [folder, journal, begun] = process.argv.slice(2) as [string, string, string]
for (;;) {
  try {
    const lock = await lockFolder(folder, { what: 'run', holder: 'another process' })
    appendFileSync(journal, `begin ${process.pid}\n`)
    console.log('locked')
    await new Promise(resolve => process.stdin.once('data', resolve))
    appendFileSync(journal, `end ${process.pid}\n`)
    lock.release({ begun: begun === 'true' })
    break
  } catch (error) {
    if (!String(error).includes('is writing it')) throw error
    await new Promise(resolve => setTimeout(resolve, 1))
  }
}
process.exit(0)
