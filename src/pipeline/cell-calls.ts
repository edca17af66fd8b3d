import { hash } from 'node:crypto'
import type { Asked, AskedCell, AskedError, AskedQuestion } from '../dataset/run/asked-cells.ts'
import { AppendLog } from '../disk/append-log.ts'
import { messageOf } from '../errors.ts'
import { writeJson } from '../json/exact.ts'
import type { Json, JsonObject } from '../json/json.ts'
import type { Asker, Called, ModelObserver } from '../model/ask/observer.ts'
import { replyKey } from '../model/ask/reply-store.ts'
import type { ConnectedModel } from '../model/connect.ts'
import type { ChatMessage, Model, ModelReply, ModelRequest } from '../model/model.ts'
import { findModelError } from '../model/model-error.ts'

type Call = AskedQuestion['calls'][number]
/** A question, and what was sent for it: the shape of the answer may be asked for in another way once the server refuses the first. */
type Question = {
  connected: Pick<ConnectedModel, 'alias' | 'config' | 'provider'>
  request: ModelRequest
  rounds: Round[]
  isOpen: boolean
}
type Round = { sent: readonly ChatMessage[]; calls: Call[] }

/**
 * Remembers what cells ask while they are made. Of a cell that fails it is written down: the prompt as it was rendered and sent, and each
 * reply or error as it came. Of the others nothing is kept.
 */
export class CellCalls implements ModelObserver {
  private readonly path: string
  private log: AppendLog | null = null
  private readonly making = new Map<string, Question[]>() // by cell
  private readonly kept = new Map<string, Asked>()

  constructor(path: string) {
    this.path = path
  }

  /** Make a cell. */
  async around<T>({ column, row }: { column: string; row: string }, compute: () => Promise<T>): Promise<T> {
    const id = idOf(column, row)
    const questions: Question[] = []
    this.making.set(id, questions)
    try {
      return await compute()
    } catch (error) {
      if (questions.length > 0) this.keep(column, row, questions)
      throw error
    } finally {
      this.making.delete(id)
    }
  }

  /** What was asked for a cell that failed; told once. Null where no model was asked. */
  of(column: string, row: string): Asked | null {
    const id = idOf(column, row)
    const asked = this.kept.get(id) ?? null
    this.kept.delete(id)
    return asked
  }

  /** A model as a cell asks it: what it is asked is a question of the cell. */
  asking(
    connected: Pick<ConnectedModel, 'alias' | 'config' | 'provider' | 'model'>,
    { column, row }: { column: string; row: string },
  ): Model {
    return {
      generate: async (request, options) => {
        const questions = this.making.get(idOf(column, row))
        if (questions === undefined) return connected.model.generate(request, options)
        const question: Question = { connected, request, rounds: [], isOpen: true }
        questions.push(question)
        try {
          const reply = await connected.model.generate(request, options)
          if (question.rounds.length === 0) callsOf(question, request).push({ at: now(), reply: asJSON(reply) })
          return reply
        } catch (error) {
          // Who asks what is being asked already, or what is not asked at all, makes no call and has the error.
          if (question.rounds.length === 0) callsOf(question, request).push({ at: now(), error: errorOf(error) })
          throw error
        } finally {
          question.isOpen = false
        }
      },
    }
  }

  /** A call to a server: what is sent, and what comes back, each time. */
  async call(_called: Called, request: ModelRequest, make: () => Promise<ModelReply>, asker: Asker): Promise<ModelReply> {
    const open = (this.making.get(idOf(asker.column, asker.row)) ?? []).filter(each => each.isOpen && each.connected.alias === asker.alias)
    // A cell may ask several things at once: what is sent keeps the parameters it was asked with.
    const question = open.findLast(each => each.request.parameters === request.parameters) ?? open.at(-1)
    if (question === undefined) return make()
    const calls = callsOf(question, request)
    try {
      const reply = await make()
      calls.push({ at: now(), reply: asJSON(reply) })
      return reply
    } catch (error) {
      calls.push({ at: now(), error: errorOf(error) })
      throw error
    }
  }

  /** Resolves when all that was written holds out against a power failure. */
  async sync(): Promise<void> {
    await this.log?.sync()
  }

  /** Let go of the file. */
  close(): void {
    this.log?.close()
  }

  private keep(column: string, row: string, asked: readonly Question[]): void {
    const id = idOf(column, row)
    const questions: AskedQuestion[] = []
    let before: string[] = []
    for (const question of asked)
      for (const { sent, calls } of question.rounds) {
        const messages = sent.map(message => writeJson(message))
        const differs = messages.findIndex((message, i) => message !== before[i])
        const same = differs < 0 ? messages.length : differs
        before = messages
        const parameters = question.request.parameters as unknown as JsonObject
        questions.push({ ...whoOf(question), parameters, same_messages: same, messages: sent.slice(same) as unknown as Json[], calls })
      }
    const entry: AskedCell = { id, column, row, questions }
    this.log ??= new AppendLog(this.path)
    this.log.append(entry as unknown as JsonObject)
    const calls = questions.reduce((sum, question) => sum + question.calls.length, 0)
    this.kept.set(id, { id, ...whoOf(asked.at(-1)!), calls })
  }
}

/** The calls of what is sent now. */
function callsOf({ rounds }: Question, { messages }: ModelRequest): Call[] {
  const last = rounds.at(-1)
  if (last !== undefined && (last.sent === messages || writeJson(last.sent) === writeJson(messages))) return last.calls
  const round: Round = { sent: messages, calls: [] }
  rounds.push(round)
  return round.calls
}

function whoOf({ connected: { alias, config, provider }, request }: Question): Omit<Asked, 'id' | 'calls'> {
  return {
    reply_key: replyKey(`${provider.name}/${config.model}`, request),
    alias,
    model: config.model,
    provider: provider.name,
    endpoint: provider.endpoint,
  }
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
