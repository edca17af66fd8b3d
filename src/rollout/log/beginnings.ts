import { addTo } from '../add-to.ts'

/** Which files of a folder begin alike, as far as it was told while they were judged: none of them has to be opened again to find out. */
export class Beginnings {
  private readonly first = new Map<string, string>() // by folder and key: the file that was noted first
  private readonly noted = new Map<string, number>() // how many files, by folder
  private readonly groups = new Map<string, string[]>() // files that begin alike, by folder and key
  private readonly open = new Set<string>() // folders of which not every file was noted
  private known: Map<string, string[]> | null = null // groups by each of their files

  /** Note by what the beginning of a file is known; null: it is like no other; undefined: its first bytes do not tell. */
  note(path: string, key: string | null | undefined): void {
    const folder = folderOf(path)
    this.noted.set(folder, (this.noted.get(folder) ?? 0) + 1)
    if (key === undefined) this.open.add(folder)
    if (key === undefined || key === null) return
    const name = `${folder}\n${key}`
    const first = this.first.get(name)
    if (first === undefined) this.first.set(name, path)
    else if (this.groups.has(name)) addTo(this.groups, name, path)
    else this.groups.set(name, [first, path])
  }

  /** Hear which files there are below the root: these and no others. */
  areAll(files: readonly string[]): void {
    const counts = new Map<string, number>()
    for (const path of files) counts.set(folderOf(path), (counts.get(folderOf(path)) ?? 0) + 1)
    for (const [folder, count] of counts) if (this.noted.get(folder) !== count) this.open.add(folder)
    this.hear({ groups: [...this.groups.values()], open: [...this.open] })
  }

  /** The files of its folder that begin as a file does, itself among them; null where that is not known. */
  alike(path: string): readonly string[] | null {
    if (this.known === null || this.open.has(folderOf(path))) return null
    return this.known.get(path) ?? [path]
  }

  /** What is known, for another thread; null where that is nothing. */
  told(): ToldBeginnings | null {
    return this.known === null ? null : { groups: [...new Set(this.known.values())], open: [...this.open] }
  }

  /** Hear what another has told. */
  hear({ groups, open }: ToldBeginnings): void {
    for (const folder of open) this.open.add(folder)
    this.known = new Map(groups.flatMap(group => group.map(path => [path, group])))
  }
}

/** What is known of beginnings. */
export type ToldBeginnings = {
  /** Files that begin alike. */
  groups: string[][]
  /** Folders of which it is not known. */
  open: string[]
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}
