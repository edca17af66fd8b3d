import { hash } from 'node:crypto'
import type { Asked, AskedCell, AskedError, AskedQuestion } from '../../dataset/run/asked-cells.ts'
import { AppendLog } from '../../disk/append-log.ts'
import { messageOf } from '../../errors.ts'
import { writeJson } from '../../json/exact.ts'
import type { Json, JsonObject } from '../../json/json.ts'
import type { Asker, Came, ModelObserver } from '../../model/ask/observer.ts'
import { replyKey } from '../../model/ask/reply-store.ts'
import type { ConnectedModel } from '../../model/connect.ts'
import type { ChatMessage, ModelReply, ModelRequest } from '../../model/model.ts'
import { findModelError, type ModelError } from '../../model/model-error.ts'

/**
 * Remembers what cells ask while they are made. Of a cell that fails it is written down: the prompt as it was rendered and sent, and each
 * reply or error as it came. Of the others nothing is kept.
 */
export class CellCalls implements ModelObserver {
  private readonly path: string
  private readonly models: (alias: string) => Pick<ConnectedModel, 'config' | 'provider'>
  private log: AppendLog | null = null
  private readonly making = new Map<string, Question[]>() // by cell

  constructor(path: string, models: (alias: string) => Pick<ConnectedModel, 'config' | 'provider'>) {
    this.path = path
    this.models = models
  }

  /** A call to a server has ended: what was sent, and what came back. */
  came(asker: Asker, request: ModelRequest, sent: ModelRequest, came: Came): void {
    const call = 'reply' in came ? { reply: asJSON(came.reply) } : { error: errorOf(came.error) }
    callsOf(this.question(asker, request), sent).push({ at: now(), ...call })
  }

  /** Who asks what is being asked already, or was answered before, makes no call and has the reply. */
  replied(asker: Asker, reply: ModelReply, request: ModelRequest): void {
    const question = this.question(asker, request)
    if (question.rounds.length === 0) callsOf(question, request).push({ at: now(), reply: asJSON(reply) })
  }

  /** What is not asked at all has an error and no call. */
  failed(asker: Asker, failure: ModelError, request: ModelRequest): void {
    const question = this.question(asker, request)
    if (question.rounds.length === 0) callsOf(question, request).push({ at: now(), error: errorOf(failure) })
  }

  /** A cell is made: what was asked for it need not be known any more. */
  made(column: string, row: string): void {
    this.making.delete(idOf(column, row))
  }

  /** Write down what was asked for a cell that failed. Null where no model was asked. */
  of(column: string, row: string): Asked | null {
    const id = idOf(column, row)
    const questions = this.making.get(id)
    this.making.delete(id)
    return questions === undefined ? null : this.keep(id, { column, row }, questions)
  }

  private question({ column, row, alias }: Asker, request: ModelRequest): Question {
    const id = idOf(column, row)
    const questions = this.making.get(id) ?? []
    this.making.set(id, questions)
    const known = questions.find(question => question.request === request)
    if (known !== undefined) return known
    const question: Question = { alias, request, rounds: [] }
    questions.push(question)
    return question
  }

  /** Resolves when all that was written holds out against a power failure. */
  async sync(): Promise<void> {
    await this.log?.sync()
  }

  /** Let go of the file. */
  [Symbol.dispose](): void {
    this.log?.[Symbol.dispose]()
  }

  private keep(id: string, cell: { column: string; row: string }, asked: readonly Question[]): Asked {
    const questions: AskedQuestion[] = []
    let before: string[] = []
    for (const question of asked)
      for (const { sent, calls } of question.rounds) {
        const messages = sent.map(message => writeJson(message))
        const differs = messages.findIndex((message, i) => message !== before[i])
        const same = differs < 0 ? messages.length : differs
        before = messages
        const parameters = question.request.parameters as unknown as JsonObject
        questions.push({ ...this.whoOf(question), parameters, same_messages: same, messages: sent.slice(same) as unknown as Json[], calls })
      }
    const entry: AskedCell = { id, ...cell, questions }
    this.log ??= new AppendLog(this.path)
    this.log.append(entry as unknown as JsonObject)
    const calls = questions.reduce((sum, question) => sum + question.calls.length, 0)
    return { id, ...this.whoOf(asked.at(-1)!), calls }
  }

  private whoOf({ alias, request }: Question): Omit<Asked, 'id' | 'calls'> {
    const { config, provider } = this.models(alias)
    return {
      reply_key: replyKey(`${provider.name}/${config.model}`, request),
      alias,
      model: config.model,
      provider: provider.name,
      endpoint: provider.endpoint,
    }
  }
}

type Call = AskedQuestion['calls'][number]
/** A question, and what was sent for it: the shape of the answer may be asked for in another way once the server refuses the first. */
type Question = { alias: string; request: ModelRequest; rounds: Round[] }
type Round = { sent: readonly ChatMessage[]; calls: Call[] }

/** The calls of what is sent now. */
function callsOf({ rounds }: Question, { messages }: ModelRequest): Call[] {
  const last = rounds.at(-1)
  if (last !== undefined && (last.sent === messages || writeJson(last.sent) === writeJson(messages))) return last.calls
  const round: Round = { sent: messages, calls: [] }
  rounds.push(round)
  return round.calls
}

/** The same for a cell whenever it is tried: what was written last of it counts. */
function idOf(column: string, row: string): string {
  return hash('sha256', JSON.stringify([column, row])).slice(0, 20)
}

function asJSON(reply: ModelReply): JsonObject {
  return reply as unknown as JsonObject
}

function errorOf(error: unknown): AskedError {
  const failure = findModelError(error)
  return { message: messageOf(error), failure: failure?.failure ?? null, status: failure?.status ?? null, body: failure?.body ?? '' }
}

function now(): string {
  return new Date().toISOString()
}
