import { isObject, type Json } from '../../json/json.ts'
import { ownValue, setOwn } from '../../json/own.ts'
import { type Histogram, histogramOf } from './distribution.ts'

/** What judges said in one column, by the names of the scores: how often each value, and the first of their reasons. */
export type JudgeProfile = {
  /** Name of the judge column. */
  column_name: string
  /** By score. */
  scores: {
    [score: string]: {
      /** Values and how often each was given, the most common first. */
      histogram: Histogram
      /** Some of the judgements, in the order of the rows. */
      samples: JudgeSample[]
    }
  }
}

/** A judgement. */
export type JudgeSample = {
  /** What was given. */
  score: Json
  /** Why. */
  reasoning: string
}

/** Judgements kept as samples of a score. */
const SAMPLES = 20

/** Judgements of a column, counted as they go by. */
export class JudgeCount {
  private readonly scores: { [score: string]: { counts: Map<string | number, number>; samples: JudgeSample[] } } = {}

  /** See the judgements of another row. */
  add(value: Json): void {
    if (!isObject(value)) return
    for (const [name, judged] of Object.entries(value)) {
      if (!isObject(judged)) continue
      const { score = null, reasoning = '' } = judged
      if (typeof score !== 'string' && typeof score !== 'number') continue
      let known = ownValue(this.scores, name)
      if (known === undefined) setOwn(this.scores, name, (known = { counts: new Map(), samples: [] }))
      known.counts.set(score, (known.counts.get(score) ?? 0) + 1)
      if (known.samples.length < SAMPLES) known.samples.push({ score, reasoning: String(reasoning) })
    }
  }

  /** What was counted. */
  profile(column_name: string): JudgeProfile {
    const profile: JudgeProfile = { column_name, scores: {} }
    for (const [name, { counts, samples }] of Object.entries(this.scores)) {
      setOwn(profile.scores, name, { histogram: histogramOf(counts), samples })
    }
    return profile
  }
}
