import { getSystemErrorMap } from 'node:util'
import { pythonRepr } from '../../python/text.ts'

/** `str(error)` of Python's OSError for a failed system call, e.g. `[Errno 2] No such file or directory: 'a'`; null for other errors. */
export function osErrorText(error: unknown, file: string): string | null {
  const number = error instanceof Error && 'syscall' in error ? (error as NodeJS.ErrnoException).errno : undefined
  if (number === undefined) return null
  const text = number === -21 ? 'is a directory' : (getSystemErrorMap().get(number)?.[1] ?? 'unknown error')
  return `[Errno ${-number}] ${text[0]!.toUpperCase()}${text.slice(1)}: ${pythonRepr(file)}`
}
