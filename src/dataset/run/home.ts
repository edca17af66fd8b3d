/**
 * Where a run lives that several machines work on: a flat space of keys. All that is asked of it is that a key can be made once; whoever
 * makes it is the only one, whatever dies, freezes or is started twice.
 */
export interface RunHome {
  /** As it was named, for messages. */
  readonly place: string
  /** The folder of this machine whose files are its keys; null where it is elsewhere. */
  readonly folder: string | null
  /** Write a key that is not there. False: it was there already, and is as it was. Never seen half-written. */
  putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean>
  /** Write a key, over what is there. Never seen half-written. */
  put(key: string, bytes: Uint8Array): Promise<void>
  /** Write a key from a file. */
  putFile(key: string, path: string): Promise<void>
  /** Write keys, the last of them last, and take others away: in one step where that can be had. */
  putAll(files: readonly HomeFile[], removed: readonly string[]): Promise<void>
  /** What is under a key; null where there is nothing. */
  get(key: string): Promise<Buffer | null>
  /** Put what is under a key under another one, too, without moving bytes where that can be had. */
  copy(from: string, to: string): Promise<void>
  /** Keys that begin so, in the order of their names. */
  list(prefix: string): Promise<HomeKey[]>
  /** Names right below a folder of keys (which ends with a slash), those of folders with a slash behind: of many files nothing else is asked. */
  names(folder: string): Promise<string[]>
  /** Take a key away; nothing happens where there is none. */
  remove(key: string): Promise<void>
  /** Take away all keys that begin so; the prefix ends with a slash. */
  removeBelow(prefix: string): Promise<void>
}

/** A key that is there; its tag is another where its bytes are others. */
export type HomeKey = { key: string; bytes: number; tag: string }

/** A key to be written, and what is to be under it. */
export type HomeFile = { key: string; content: Blob }

/** Write keys one after the other, then take others away: for homes that know no larger step. */
export async function putOneByOne(home: RunHome, files: readonly HomeFile[], removed: readonly string[]): Promise<void> {
  for (const { key, content } of files) await home.put(key, Buffer.from(await content.arrayBuffer()))
  for (const key of removed) await home.remove(key)
}

/** A kind of home as the registry knows it. */
export interface HomeType<Name extends string = string> {
  /** Its name. */
  readonly name: Name
  /** One sentence for the docs. */
  readonly description: string
  /** How such a place is written. */
  readonly example: string
  /** Whether runs are only brought there when they are finished. */
  readonly isForFinishedRuns?: boolean
  /** Whether a place is one of it. */
  matches(place: string): boolean
  /** Open a place. Asks nothing of anybody yet. */
  open(place: string): RunHome
}

/** Define a kind of home; keeps its name as a literal type. */
export function defineHome<const Name extends string>(type: HomeType<Name>): HomeType<Name> {
  return type
}
