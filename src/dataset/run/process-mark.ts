import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'

/** A process, so that it can be told later whether it still lives. */
export type ProcessMark = {
  /** Number of the process. */
  pid: number
  /** Name of its machine. */
  host: string
  /** When it began, as the system counts; null where that is not told. A number is given to another process some day. */
  began: string | null
}

/** This process. */
export function ownMark(): ProcessMark {
  return { pid: process.pid, host: hostname(), began: beganOf(process.pid) }
}

/** Whether a process lives; null where that cannot be told from here. */
export function isAlive({ pid, host, began }: ProcessMark): boolean | null {
  if (host !== hostname()) return null
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  const now = beganOf(pid)
  return began === null || now === null || now === began
}

/** Linux tells it in ticks since it started, and that a process is a zombie: one that has ended, and nobody has asked how. */
function beganOf(pid: number): string | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return fields[0] === 'Z' ? 'ended' : (fields[19] ?? null)
  } catch {
    return null
  }
}
