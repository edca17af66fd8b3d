import { systemReason } from '../system-error.ts'
import type { RolloutFormat } from './format.ts'
import { formatByName } from './known-formats.ts'
import { isTornFromTheStart, judgeListed } from './log/head.ts'
import { plainName } from './log/plain-name.ts'
import type { Skipped, Source } from './log/source.ts'
import { passedOver, TORN_FROM_THE_START } from './passed-over.ts'

/** The format that a file with this beginning looks like; null where it looks like none. */
export function formatLike(path: string, head: string): RolloutFormat | null {
  return formatByName.values().find(format => format.sniff(plainName(path), head)) ?? null
}

/** Names a format, and what to do with a file of it that was to be read with another. */
export function elsewhere({ title, name }: RolloutFormat): string {
  return `${title} (format '${name}'): read it with that format, or with 'auto'`
}

/** Judges whose the listed files of a folder are, and notes meanwhile what their readers ask of neighbours. */
export class FileJudge {
  private readonly source: Source
  private readonly only: RolloutFormat | null
  private readonly skipped: Skipped[]
  private readonly isForAll: boolean

  /** `wanted`: formats that are looked for. Files that are passed over go to `skipped`. `isForAll`: all that is found will be read. */
  constructor(source: Source, wanted: readonly RolloutFormat[], skipped: Skipped[], isForAll: boolean) {
    this.source = source
    this.only = wanted.length === 1 ? wanted[0]! : null
    this.skipped = skipped
    this.isForAll = isForAll
    const [end, ...others] = this.only !== null || isForAll ? wanted.flatMap(format => format.end ?? []) : []
    if (end !== undefined && others.length === 0) source.ends.lookFor(end)
  }

  /** Whose a file is; null where it is passed over. It is told at once where it can be. */
  formatOf(path: string): RolloutFormat | null | Promise<RolloutFormat | null> {
    return this.only === null ? this.lookedFor(path) : this.own(path, this.only)
  }

  /** Hear which files there are below the root: these and no others. */
  sawAll(files: readonly string[]): void {
    this.source.ends.areAll(files)
    if (this.isForAll) this.source.began.areAll(files)
  }

  /** The format that was named; null, and skipped with the reason, where a file looks like another's: rows of it would be made up. */
  private own(path: string, format: RolloutFormat): RolloutFormat | null | Promise<RolloutFormat | null> {
    const settled = (like: RolloutFormat | null) => {
      // What looks general may still be an agent's own, of a kind its format alone can tell.
      if (like === null || like === format || like.isGeneral) return format
      this.skipped.push({ path, reason: `Looks like ${elsewhere(like)}`, isLoud: true })
      return null
    }
    try {
      const like = judgeListed(this.source, path, (head, isWhole) => {
        const isOwn = !format.isGeneral && format.sniff(plainName(path), head)
        return this.noted(isOwn ? format : formatLike(path, head), path, head, isWhole)
      })
      return like instanceof Promise ? like.catch(() => null).then(settled) : settled(like)
    } catch {
      return format // where its head cannot be read, that is told where it is read whole
    }
  }

  /** The format a file looks like; a file of none, or one that cannot be read, is skipped with the reason. */
  private lookedFor(path: string): RolloutFormat | null | Promise<RolloutFormat | null> {
    let head = ''
    const pass = (error: unknown) => {
      this.skipped.push({ path, reason: `Cannot read file: ${systemReason(error)}`, isLoud: true })
      return null
    }
    const settled = async (format: RolloutFormat | null) => {
      if (format !== null) return format
      const isTorn = head === '' && (await isTornFromTheStart(this.source, path))
      this.skipped.push(isTorn ? { path, reason: TORN_FROM_THE_START, isLoud: true } : passedOver(path, head))
      return null
    }
    try {
      const format = judgeListed(this.source, path, (text, isWhole) => this.noted(formatLike(path, (head = text)), path, text, isWhole))
      if (format instanceof Promise) return format.then(settled).catch(pass)
      return format ?? settled(null).catch(pass)
    } catch (error) {
      return pass(error)
    }
  }

  private noted(format: RolloutFormat | null, path: string, head: string, isWhole: boolean | null): RolloutFormat | null {
    if (this.isForAll && format?.beginsWith !== undefined)
      this.source.began.note(path, isWhole === null ? undefined : format.beginsWith(path, head, isWhole))
    return format
  }
}
