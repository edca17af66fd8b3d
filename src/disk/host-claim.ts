import { statfsSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { TracewrightError } from '../errors.ts'
import { readText } from './read-file.ts'

/**
 * Say that this host writes to a folder, in a file that only one host can make; call it with the folder's lock, which decides among the
 * processes of the host. Whether another host still writes cannot be known from here: its claim is never taken over. Throws where
 * there is one.
 */
export function claimBetweenHosts(folder: string, { what }: { what: string }, host = hostname()): void {
  const path = join(folder, CLAIM_FILE)
  try {
    writeFileSync(path, host, { flag: 'wx' })
    return
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const owner = readText(path).trim()
  if (owner === host) return
  throw new TracewrightError('file', `Cannot write ${what} '${folder}': host '${owner.slice(0, 100)}' has written it, this is '${host}'`, {
    hint: `Locks do not hold between hosts on this file system. If nothing writes there any more, delete '${path}'`,
  })
}

/** Whether a folder lies on a file system that other hosts, or other machines on this one, may write to. */
export function isBetweenHosts(folder: string): boolean {
  try {
    return SHARED_TYPES.has(statfsSync(folder).type >>> 0)
  } catch {
    return false
  }
}

const CLAIM_FILE = '.lock-host'

/** What Linux calls them, in `linux/magic.h` and their sources; other systems number theirs in no such way. */
const SHARED_TYPES: ReadonlySet<number> = new Set([
  0x6969, // NFS
  0x517b, // SMB
  0xff534d42, // CIFS
  0xfe534d42, // SMB 2
  0x65735546, // FUSE: sshfs, s3fs, folders of a host in its virtual machines
  0x01021997, // 9p
  0x5346414f, // AFS
  0x6b414653, // AFS
  0x00c36400, // Ceph
  0x0bd00bd0, // Lustre
  0x47504653, // GPFS
  0x19830326, // BeeGFS
  0x7461636f, // OCFS2
  0x01161970, // GFS2
  0x786f4256, // folders of VirtualBox
  0x6a656a63, // virtiofs
])
