// Logs in the shapes agents write, of any size, made of words that mean nothing. The same arguments give the same bytes.
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { Random } from '../src/random.ts'

const WORDS = 'lamp harbour tide buoy rope signal gull mast keel anchor ledger chart beacon storm pier hull'.split(' ')

/** A session of Claude Code of about that many bytes: prompts, thinking, calls, results with their copies, some progress. */
export function writeClaudeSession(path: string, bytes: number, seed: number): void {
  const random = new Random(seed, 'claude')
  const session = uuid(random)
  writeLog(path, bytes, line => {
    const turn = Math.floor(line / 6)
    const step = line % 6
    const parent = line === 0 ? null : uuidOf(seed, line - 1)
    const common = {
      parentUuid: parent,
      isSidechain: false,
      userType: 'external',
      cwd: '/repo/lighthouse',
      sessionId: session,
      version: '2.1.20',
      gitBranch: 'main',
    }
    const own = { uuid: uuidOf(seed, line), timestamp: timeOf(line) }
    if (step === 0) return { ...common, type: 'user', message: { role: 'user', content: prose(random, 30) }, ...own }
    if (step === 3) {
      const text = prose(random, 600)
      return {
        ...common,
        type: 'user',
        message: { role: 'user', content: [{ tool_use_id: `toolu_${seed}_${turn}`, type: 'tool_result', content: text }] },
        ...own,
        toolUseResult: { stdout: text, stderr: '', interrupted: false, isImage: false },
      }
    }
    if (step === 4) {
      const progress = { type: 'hook_progress', hookEvent: 'PostToolUse', hookName: 'PostToolUse:Bash', command: prose(random, 20) }
      return { ...common, type: 'progress', data: progress, toolUseID: `toolu_${seed}_${turn}`, ...own }
    }
    const content =
      step === 1
        ? { type: 'thinking', thinking: prose(random, 120), signature: 'c2ln'.repeat(80) }
        : step === 2
          ? {
              type: 'tool_use',
              id: `toolu_${seed}_${turn}`,
              name: 'Bash',
              input: { command: prose(random, 12), description: prose(random, 6) },
            }
          : { type: 'text', text: prose(random, 80) }
    const usage = { input_tokens: 4, cache_read_input_tokens: 12000 + line, cache_creation_input_tokens: 300, output_tokens: 210 }
    const message = {
      id: `msg_${seed}_${turn}_${step < 3 ? 1 : 2}`,
      type: 'message',
      role: 'assistant',
      model: 'claude-opus-4-5',
      content: [content],
    }
    return { ...common, type: 'assistant', message: { ...message, stop_reason: null, usage }, requestId: `req_${turn}`, ...own }
  })
}

/** A rollout of Codex of about that many bytes, of which `compacted` (0 to 1) are compactions that repeat the history. */
export function writeCodexRollout(path: string, bytes: number, seed: number, compacted = 0): void {
  const random = new Random(seed, 'codex')
  const id = codexIdOf(seed)
  const history: object[] = []
  let historyBytes = 0
  let written = 0
  let repeated = 0
  writeLog(path, bytes, line => {
    const record = (type: string, payload: object) => {
      const made = { timestamp: timeOf(line), type, payload }
      return made
    }
    if (line === 0)
      return record('session_meta', {
        id,
        timestamp: timeOf(0),
        cwd: '/repo/lighthouse',
        originator: 'codex_cli_rs',
        cli_version: '0.92.0',
        source: 'cli',
        model_provider: 'openai',
      })
    if (line === 1) return record('turn_context', { cwd: '/repo/lighthouse', approval_policy: 'never', model: 'gpt-5.2-codex' })
    if (compacted > 0 && repeated < compacted * (written + repeated) && historyBytes > 1_000_000) {
      repeated += historyBytes
      return record('compacted', { message: prose(random, 60), replacement_history: history })
    }
    const turn = Math.floor(line / 5)
    const item = [
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: prose(random, 30) }] },
      {
        type: 'reasoning',
        summary: [{ type: 'summary_text', text: prose(random, 30) }],
        content: null,
        encrypted_content: 'Z0FB'.repeat(300),
      },
      {
        type: 'function_call',
        name: 'shell',
        arguments: JSON.stringify({ command: ['bash', '-lc', prose(random, 10)] }),
        call_id: `call_${turn}`,
      },
      { type: 'function_call_output', call_id: `call_${turn}`, output: prose(random, 700) },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: prose(random, 60) }] },
    ][line % 5]!
    const size = JSON.stringify(item).length
    written += size
    if (historyBytes < 20_000_000) {
      history.push(item)
      historyBytes += size
    }
    return record('response_item', item)
  })
}

/** The thread id of a generated rollout; its file name has to end in it. */
export function codexIdOf(seed: number): string {
  return `019cb000-aaaa-7000-8000-${seed.toString(16).padStart(12, '0')}`
}

function writeLog(path: string, bytes: number, recordOf: (line: number) => object): void {
  mkdirSync(dirname(path), { recursive: true })
  const file = openSync(path, 'w')
  let size = 0
  for (let line = 0; size < bytes; line++) size += writeSync(file, `${JSON.stringify(recordOf(line))}\n`)
  closeSync(file)
}

function prose(random: Random, words: number): string {
  let text = ''
  for (let i = 0; i < words; i++)
    text += `${random.pick(WORDS)}${i % 12 === 11 ? '\n' : i % 9 === 8 ? ' "ok" ' : i % 31 === 30 ? ' é ' : ' '}`
  return text
}

function timeOf(line: number): string {
  return new Date(Date.UTC(2026, 2, 4, 10) + line * 1000).toISOString()
}

function uuid(random: Random): string {
  return uuidOf(random.integer(2 ** 31), random.integer(2 ** 31))
}

function uuidOf(a: number, b: number): string {
  return `${a.toString(16).padStart(8, '0')}-0000-4000-8000-${b.toString(16).padStart(12, '0')}`
}
