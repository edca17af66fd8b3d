import type { Detector, Finding, Hit } from './detector.ts'
import { NeedleScan } from './needle-scan.ts'

/** Runs detectors over texts: keywords of all are looked for in one pass, and a detector sees the text where one of its own stands. */
export class Finder {
  private readonly detectors: readonly Detector[]
  private readonly keywords: readonly string[]
  private readonly owners: readonly (readonly number[])[]
  private readonly scan: NeedleScan

  constructor(detectors: readonly Detector[]) {
    this.detectors = detectors
    this.keywords = [...new Set(detectors.flatMap(({ keywords }) => keywords))]
    this.owners = this.keywords.map(keyword => detectors.flatMap(({ keywords }, i) => (keywords.includes(keyword) ? [i] : [])))
    this.scan = new NeedleScan(this.keywords, { fold: true })
    const short = this.keywords.find(keyword => keyword.length < 3)
    if (short !== undefined) throw new TypeError(`The keyword '${short}' has fewer than three letters`)
  }

  /** All findings, in no order; they may overlap. */
  find(text: string): Finding[] {
    const hits: (Hit[] | undefined)[] = []
    this.scan.find(text, (index, at) => {
      for (const owner of this.owners[index]!) (hits[owner] ??= []).push({ at, keyword: this.keywords[index]! })
    })
    const found: Finding[] = []
    for (const [i, detector] of this.detectors.entries())
      if (detector.keywords.length === 0 || hits[i] !== undefined) for (const one of detector.find(text, hits[i] ?? [])) found.push(one)
    return found
  }
}

/** Findings in order, none overlapping another: of two, the longer one, made to hold both; of two alike, the one that says more. */
export function apart<T extends { start: number; end: number; isVague?: boolean }>(findings: readonly T[]): T[] {
  const sorted = [...findings].sort((a, b) => a.start - b.start || b.end - a.end || Number(a.isVague === true) - Number(b.isVague === true))
  const result: T[] = []
  for (const one of sorted) {
    const last = result.at(-1)
    if (last === undefined || one.start >= last.end) result.push(one)
    else if (one.end > last.end) {
      const longer = one.end - one.start > last.end - last.start ? one : last
      result[result.length - 1] = { ...longer, start: last.start, end: one.end }
    }
  }
  return result
}
