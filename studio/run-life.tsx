import { useEffect, useState } from 'preact/hooks'
import type { RunLife, RunPage } from '../src/studio/api.ts'
import { ask } from './ask.ts'
import { clock, count } from './words.ts'

/** How often a run that goes on is asked how it is: a process that is gone says nothing of it by itself. */
const ASK_MS = 1500

/** How a run lives, as long as it is looked at. */
export function useLife(source: string, run: RunPage): RunLife {
  const [life, setLife] = useState(run.life)
  useEffect(() => {
    setLife(run.life)
    if (run.status !== 'running') return
    const controller = new AbortController()
    const look = () =>
      ask<RunLife>(`/${encodeURIComponent(source)}/run/life`, { signal: controller.signal })
        .then(setLife)
        .catch(() => {}) // the page says so itself when the studio is gone
    const timer = setInterval(look, ASK_MS)
    return () => {
      clearInterval(timer)
      controller.abort()
    }
  }, [source, run])
  return life
}

const STATES: { [state in RunLife['state']]: string } = {
  working: 'running',
  waiting: 'running, waits for a server',
  silent: 'running, but silent: its process is stuck, was stopped, or its machine is gone',
  dead: 'killed: its process is gone. What it has made is kept; go on with the command below',
  ended: '',
  unknown: 'running, or killed: nothing says that it lives',
}

/** How a run stands, its last sign of life, the servers it waits for, and what its models do. */
export function Life({ run, life: { state, seen_at, pulse } }: { run: RunPage; life: RunLife }) {
  const isOn = run.status === 'running'
  const isBad = run.status === 'stopped' || (isOn && state !== 'working' && state !== 'unknown')
  const endpoints = isOn && state !== 'dead' ? (pulse?.endpoints ?? []) : []
  return (
    <>
      <p role="status" class={isBad ? 'bad state' : 'state'}>
        {isOn ? STATES[state] : run.status}
        {run.reason !== null && ` · ${run.reason}`}
        {isOn && seen_at !== null && <span class="dim"> · last sign of life {clock(seen_at)}</span>}
        {isOn && pulse !== null && (
          <span class="dim">
            , process {pulse.process.pid} of {pulse.process.host}
          </span>
        )}
      </p>
      {endpoints.map(({ endpoint, is_down, failing_since, next_try_at, gives_up_at, reason }) => (
        <p key={endpoint} class="endpoint">
          <b>◆ {endpoint}</b> {is_down ? 'is down' : 'fails'} since {clock(failing_since)}: {reason}
          {is_down && <> · {next_try_at === null ? 'is asked now' : `is asked again at ${clock(next_try_at)}`}</>}
          {gives_up_at !== null && <> · the run gives up at {clock(gives_up_at)}</>}
        </p>
      ))}
      {isOn && state !== 'dead' && pulse !== null && pulse.models.length > 0 && (
        <p class="dim">
          {pulse.models
            .map(
              ({ alias, in_flight, waiting, limit, retried }) =>
                `${alias}: ${count(in_flight)} of ${count(limit)} calls in flight, ${count(waiting)} waiting${retried > 0 ? `, ${count(retried)} made again` : ''}`,
            )
            .join(' · ')}
        </p>
      )}
    </>
  )
}
