/** Something found while listing that was left out, and why. */
export type Skipped = {
  /** Where it is. */
  path: string
  /** Why. */
  reason: string
  /** Bytes; where it is a file that is there. */
  size?: number
  /** It may be a session: not to know its kind is a loss. */
  isLoud?: true
  /** Rows of a log beside it are made from it, too. */
  isJoined?: true
}

/** Which files of a folder are listed. */
export type ListOptions = {
  /** Patterns on base names, with `*`, `?` and `[…]`. */
  patterns: readonly string[]
  /** Whether folders below it are looked into, too. */
  recursive: boolean
  /** Where files that may not be read go, with the reason. */
  skipped?: Skipped[]
  /** The folder, root-relative. Default: the root. */
  folder?: string
}

/** What the file system says of a file. */
export type FileFacts = {
  /** Size in bytes. */
  size: number
  /** When it was changed, in milliseconds since 1970. */
  mtimeMs: number
  /** Number of the file on its file system. */
  inode: number
}
