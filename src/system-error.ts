import { IrregularFile } from './disk/regular-file.ts'
import { ownValue } from './json/own.ts'

/** Whether the operating system refused something, a disk or a file; anything else has its cause in what was worked on. */
export function isOfTheSystem(error: unknown): boolean {
  return typeof (error as NodeJS.ErrnoException | null)?.syscall === 'string'
}

const REASONS: { [code: string]: string } = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EEXIST: 'something else has that name',
  ENAMETOOLONG: 'the name is too long',
  ENOTEMPTY: 'the folder is not empty',
  ENOSPC: 'no space left on the disk',
  EDQUOT: 'the disk quota is used up',
  EISDIR: 'it is a folder, expected a file',
  ENOTDIR: 'a part of the path is no folder',
  EMFILE: 'too many open files',
  EROFS: 'the file system is read-only',
  ELOOP: 'symbolic links lead in a circle',
  EFBIG: 'the file is too large',
  EIO: 'the disk reported an error',
}

/** Why the operating system refused, in words. */
export function systemReason(error: unknown): string {
  if (error instanceof IrregularFile) return error.reason
  const code = (error as NodeJS.ErrnoException | null)?.code
  if (code !== undefined && ownValue(REASONS, code) !== undefined) return ownValue(REASONS, code)!
  const message = error instanceof Error ? error.message : String(error)
  // Of 'EBUSY: resource busy or locked, rename 'a' -> 'b'' the words between the code and the call.
  return /^E[A-Z0-9]+: (.+?), [a-z]+(?: '|$)/.exec(message)?.[1] ?? message
}
