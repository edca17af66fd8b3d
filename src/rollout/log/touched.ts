/** Root-relative paths that were looked at. */
export type Touched = {
  /** Files read to their end. */
  read: Set<string>
  /** Paths that were looked for and hold no file. */
  absent: Set<string>
  /** What was looked at for things that are computed once, whoever asked first. */
  shared: Touched[]
}

/** What some work gave, and which files it looked at. */
export type Watched<T> = {
  /** What it gave. */
  value: T
  /** What it looked at. */
  touched: Touched
}
