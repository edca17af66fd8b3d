import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { claimBetweenHosts } from './host-claim.ts'
import { lockFolder } from './lock.ts'

const WORDS = { what: 'run', holder: 'another process' }
const RACERS = 8

const root = mkdtempSync(join(tmpdir(), 'tracewright-lock-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

function racer(folder: string, journal: string, begun = true): ChildProcess {
  const program = join(import.meta.dirname, 'testing', 'lock-process.ts')
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, folder, journal, String(begun)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
}

it.each([
  ['the lock file stays', true],
  ['the lock file goes with each', false],
])(
  'lets one in of many that race for what killed ones have left, where %s',
  async (_, begun) => {
    const [folder, journal] = [join(root, `raced-${begun}`), join(root, `journal-${begun}`)]
    writeFileSync(journal, '')
    const racers = Array.from({ length: RACERS }, () => racer(folder, journal, begun))
    const waiting = new Map(racers.map(child => [child, once(child.stdout!, 'data').then(() => child)]))
    try {
      // Every second holder is killed while it holds the lock; the others let go of it.
      for (let round = 0; round < RACERS; round++) {
        const holder = await Promise.race(waiting.values())
        waiting.delete(holder)
        const begun = readFileSync(journal, 'utf8').trim().split('\n')
        expect(begun.at(-1)).toBe(`begin ${holder.pid}`)
        await expect(lockFolder(folder, WORDS)).rejects.toThrow(/another process is writing it/)
        if (round % 2 === 0) holder.kill('SIGKILL')
        else holder.stdin!.write('go\n')
        await once(holder, 'exit')
      }
    } finally {
      for (const child of racers) child.kill('SIGKILL')
    }
    // Nobody began while another was inside: after a beginning comes its end, or, of a killed one, the next beginning.
    let inside: string | null = null
    const killed: string[] = []
    for (const line of readFileSync(journal, 'utf8').trim().split('\n')) {
      const [what, pid] = line.split(' ') as [string, string]
      if (what === 'end') expect(pid).toBe(inside)
      else if (inside !== null) killed.push(inside)
      inside = what === 'begin' ? pid : null
    }
    expect(killed.length + (inside === null ? 0 : 1)).toBe(RACERS / 2)
  },
  60_000,
)

it('refuses a second one in the same process, and is there again when the first has let go', async () => {
  const folder = join(root, 'own')
  mkdirSync(folder)
  const lock = await lockFolder(folder, WORDS)
  await expect(lockFolder(join(root, 'x', '..', 'own'), WORDS)).rejects.toThrow(`Cannot write run '${join(root, 'own')}'`)
  lock.release()
  lock.release()
  const again = await lockFolder(folder, WORDS)
  again.release()
  expect(existsSync(folder)).toBe(true)
})

it('takes folders along that it made, where nothing was begun in them', async () => {
  const folder = join(root, 'outer', 'made')
  ;(await lockFolder(folder, WORDS)).release()
  expect(existsSync(join(root, 'outer'))).toBe(false)
  const lock = await lockFolder(folder, WORDS)
  writeFileSync(join(folder, 'manifest.json'), '{}')
  lock.release()
  expect(existsSync(join(folder, 'manifest.json'))).toBe(true)
})

it('lets go of nothing that is another process’s by then', async () => {
  const [folder, journal] = [join(root, 'parent', 'swept'), join(root, 'journal-swept')]
  const lock = await lockFolder(folder, WORDS)
  rmSync(folder, { recursive: true })
  const other = racer(folder, journal)
  try {
    await once(other.stdout!, 'data')
    lock.release({ begun: false })
    await expect(lockFolder(folder, WORDS)).rejects.toThrow(/another process is writing it/)
  } finally {
    other.kill('SIGKILL')
  }
})

it('says why a folder cannot be made or locked', async () => {
  writeFileSync(join(root, 'file'), '')
  await expect(lockFolder(join(root, 'file', 'run'), WORDS)).rejects.toThrow(/Cannot make run .*: a part of the path is no folder/)
  mkdirSync(join(root, 'odd', '.lock'), { recursive: true })
  await expect(lockFolder(join(root, 'odd'), WORDS)).rejects.toThrow(/Cannot lock run/)
  const pipe = join(root, 'piped', '.lock')
  mkdirSync(join(root, 'piped'))
  execFileSync('mkfifo', [pipe])
  await expect(lockFolder(join(root, 'piped'), WORDS)).rejects.toThrow(`Cannot lock '${pipe}': found a named pipe, expected a regular file`)
})

it('never takes over the claim of another host', () => {
  const folder = join(root, 'shared')
  mkdirSync(folder)
  claimBetweenHosts(folder, WORDS, 'one')
  claimBetweenHosts(folder, WORDS, 'one')
  expect(() => claimBetweenHosts(folder, WORDS, 'two')).toThrow("host 'one' has written it, this is 'two'")
  rmSync(join(folder, '.lock-host'))
  claimBetweenHosts(folder, WORDS, 'two')
})
