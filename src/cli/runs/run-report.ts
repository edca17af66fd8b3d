import type { EndpointTrouble, RunLife } from '../../dataset/run/run-life.ts'
import { writeJson } from '../../json/exact.ts'
import { isObject, type Json } from '../../json/json.ts'
import type { RunFailure, RunStatus } from '../../pipeline/creation/run-status.ts'
import { dollars } from '../create/create-view.ts'
import { count, counted } from '../terminal/print.ts'

/** How a run stands, in lines. */
export function statusLines({ dataset, status, reason, life, target, rows, declined, rejects, skipped, bill }: RunStatus): string[] {
  const { pulse } = life
  const made = status === 'running' && pulse !== null ? pulse.rows : rows
  const cost = (status === 'running' ? pulse?.cost_usd : null) ?? bill?.run.cost_usd ?? null
  const failed = (status === 'running' ? pulse?.failed : null) ?? rejects - skipped
  const counts = [
    `${count(made)}${target.num_records === null ? '' : ` of ${count(target.num_records)}`} rows`,
    ...(declined > 0 ? [`${count(declined)} not accepted`] : []),
    ...(failed > 0 ? [`${count(failed)} failed`] : []),
    ...(skipped > 0 ? [`${count(skipped)} skipped, and no failure`] : []),
    ...(cost === null ? [] : [dollars(cost)]),
  ]
  return [
    `${dataset}: ${stateOf(status, life)}${reason === null ? '' : ` (${reason})`}`,
    counts.join(' · '),
    ...(status === 'running' ? (pulse?.endpoints ?? []).map(troubleLine) : []),
  ]
}

/** A failure with its prompt and what came back, in lines. */
export function failureLines(failure: RunFailure): string[] {
  const lines = [`── ${failure.at} · ${failure.failure ?? failure.kind}`, failure.reason]
  for (const { model, provider, endpoint, reply_key, messages, calls } of failure.questions) {
    lines.push('', `asked ${model} of ${provider}, ${endpoint} · ${reply_key}`)
    for (const message of messages) lines.push(`[${roleOf(message)}]`, contentOf(message))
    for (const [i, call] of calls.entries())
      lines.push(
        'reply' in call
          ? `[reply ${i + 1} of ${calls.length}, ${call.at}]\n${String(call.reply['text'] ?? '') || '(empty)'}`
          : `[error ${i + 1} of ${calls.length}, ${call.at}] ${call.error.message}${call.error.body === '' ? '' : `\n${call.error.body}`}`,
      )
  }
  return lines
}

function stateOf(status: RunStatus['status'], { state, seen_at, pulse }: RunLife): string {
  if (status !== 'running') return status
  const seen = seen_at === null ? 'no sign of life' : `last sign of life ${ago(seen_at)}`
  const who = pulse === null ? '' : `, process ${pulse.process.pid} of ${pulse.process.host}`
  const words: { [state in RunLife['state']]: string } = {
    working: `running · ${seen}${who}`,
    waiting: `running, and waits for a server · ${seen}${who}`,
    silent: `running, but silent: its process is stuck, was stopped, or its machine is gone · ${seen}${who}`,
    dead: `killed: its process is gone; go on with --resume · ${seen}${who}`,
    ended: status,
    unknown: 'running, or killed: nothing says that it lives',
  }
  return words[state]
}

function troubleLine({ endpoint, is_down, failing_since, next_try_at, gives_up_at, reason }: EndpointTrouble): string {
  const parts = [
    `${endpoint} ${is_down ? 'is down' : 'fails'} since ${failing_since} (${ago(failing_since)}): ${reason}`,
    ...(is_down ? [next_try_at === null ? 'it is being asked now' : `asked again at ${next_try_at}`] : []),
    ...(gives_up_at === null ? [] : [`the run gives up at ${gives_up_at}`]),
  ]
  return parts.join(' · ')
}

function ago(at: string): string {
  return `${counted(Math.max(0, Math.round((Date.now() - Date.parse(at)) / 1000)), 'second')} ago`
}

function roleOf(message: Json): string {
  return isObject(message) ? String(message['role']) : 'message'
}

function contentOf(message: Json): string {
  const content = isObject(message) ? (message['content'] ?? '') : message
  return typeof content === 'string' ? content : writeJson(content, 2)
}
