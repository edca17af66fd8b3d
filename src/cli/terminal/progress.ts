import { bytes, count } from './print.ts'

/** How far a piece of work has come. */
export type Progress = {
  done: number
  total: number | null // null: not known
  bytes?: number
  note?: string
}

const SHOW_AFTER_MS = 1000
const REFRESH_MS = 100

/**
 * A progress line on stderr: silent in the first second, and silent altogether where stderr is not a terminal. `stop` clears it.
 */
export class ProgressLine {
  private readonly label: string
  private readonly noun: string
  private readonly startedAt = performance.now()
  private lastAt = 0
  private shown: { (text: string): void; clear(): void } | null = null
  private loading = false
  private readonly enabled: boolean

  /** `label`: what is done, e.g. 'Reading'; `noun`: what is counted, e.g. 'logs'. */
  constructor(label: string, noun: string, options: { quiet?: boolean } = {}) {
    this.label = label
    this.noun = noun
    this.enabled = !options.quiet && process.stderr.isTTY === true
  }

  /** Tell how far it is. Cheap: draws at most ten times a second. */
  update(progress: Progress): void {
    const now = performance.now()
    if (!this.enabled || now - this.startedAt < SHOW_AFTER_MS || now - this.lastAt < REFRESH_MS) return
    this.lastAt = now
    if (this.shown !== null) this.shown(this.render(progress, now))
    else if (!this.loading) {
      this.loading = true
      // Loaded when the first second is over: most commands never need it.
      void import('log-update').then(({ createLogUpdate }) => {
        const update = createLogUpdate(process.stderr)
        this.shown = Object.assign((text: string) => update(text), { clear: () => update.clear() })
      })
    }
  }

  /** Take the line away. */
  [Symbol.dispose](): void {
    this.shown?.clear()
    this.shown = null
    this.loading = true
  }

  private render({ done, total, bytes: read, note }: Progress, now: number): string {
    const seconds = (now - this.startedAt) / 1000
    const share = total === null || total === 0 ? null : Math.min(1, done / total)
    const bar =
      share === null ? '' : ` ${'█'.repeat(Math.round(share * 20))}${'░'.repeat(20 - Math.round(share * 20))} ${Math.floor(share * 100)} %`
    const parts = [
      `${count(done)}${total === null ? '' : ` of ${count(total)}`} ${this.noun}`,
      ...(read === undefined ? [] : [`${bytes(read)}, ${bytes(read / seconds)}/s`]),
      ...(share === null || share === 0 ? [] : [`${duration((seconds / share) * (1 - share))} left`]),
      ...(note === undefined ? [] : [note]),
    ]
    return `${this.label}${bar}  ${parts.join(' · ')}`
  }
}

/** Seconds as people read them. */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds)
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
