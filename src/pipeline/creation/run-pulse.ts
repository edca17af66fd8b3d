import { renameSync, writeFileSync } from 'node:fs'
import { ownMark } from '../../dataset/run/process-mark.ts'
import type { RunPulse } from '../../dataset/run/run-life.ts'
import { writeJson } from '../../json/exact.ts'
import type { Json } from '../../json/json.ts'
import type { Trouble } from '../../model/ask/breaker.ts'

/** Gives signs of life of a run in a file, for whoever looks at its folder from another process. */
export class RunPulses {
  private readonly path: string
  private readonly process = ownMark()

  constructor(path: string) {
    this.path = path
  }

  /** Write how far the run is. Where that cannot be written, the run goes on: what it makes is more than what is said of it. */
  beat({ target, done, rows, failed, declined, seconds, bill, models, troubles }: Progress): void {
    const pulse: RunPulse = {
      process: this.process,
      at: timeIn(0),
      ...{ target, done, rows, failed, declined, seconds, cost_usd: bill.cost_usd },
      models: models.map(({ alias, in_flight, waiting, limit, paused_for, calls, retried }) => ({
        ...{ alias, in_flight, waiting, limit, paused_for, calls, retried },
      })),
      endpoints: troubles.map(troubleAt),
    }
    try {
      writeFileSync(`${this.path}.tmp`, `${writeJson(pulse as unknown as Json)}\n`)
      renameSync(`${this.path}.tmp`, this.path)
    } catch {}
  }
}

/** What is told of a run. */
type Progress = Omit<RunPulse, 'process' | 'at' | 'cost_usd' | 'endpoints'> & {
  bill: { cost_usd: number | null }
  troubles: readonly Trouble[]
}

function troubleAt({ endpoint, is_down, failing_for, next_try_in, gives_up_in, reason }: Trouble): RunPulse['endpoints'][number] {
  return {
    endpoint,
    is_down,
    failing_since: timeIn(-failing_for),
    next_try_at: next_try_in === null ? null : timeIn(next_try_in),
    gives_up_at: gives_up_in === null ? null : timeIn(gives_up_in),
    reason,
  }
}

/** The time in so many seconds. */
function timeIn(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toISOString()
}
