import { cancelled, isCancelled, refuseCancelled } from '../cancel.ts'
import type { Model, ModelReply, ModelRequest } from '../model.ts'
import { findModelError, ModelError } from '../model-error.ts'
import { onAbort } from '../on-abort.ts'
import { attempts, type CallRules } from './attempts.ts'
import type { Asker, Called, ModelObserver } from './observer.ts'
import { type ReplyStore, replyKey } from './reply-store.ts'
import { inPrompt, type SchemaMode } from './schema-mode.ts'

/** What stands between a question and the model that answers it. */
export type Line = {
  model: Model // as its provider gives it
  called: Called
  embeds: boolean // whether it gives vectors
  draws: boolean // whether it gives pictures
  rules: CallRules
  mode?: SchemaMode // absent: schemas are sent as they are
  store?: ReplyStore // replies that were paid for already
  isKept?: boolean // whether a reply is looked for, and found again; default true
  observer: Required<ModelObserver>
  callSignal?: AbortSignal // ends calls that are under way, where the asker's signal only ends waits
}

/**
 * Ask a model: the store first, then the server, by the rules of its line. A reply counts when the store has it. Who asks what is being
 * asked already gets the same reply.
 */
export function ask(line: Line, asker: Asker, request: ModelRequest, signal?: AbortSignal): Promise<ModelReply> {
  const { observer, store } = line
  const key = store === undefined || line.isKept === false ? null : replyKey(`${line.called.provider}/${line.called.model}`, request)
  return (key === null ? answer(line, asker, request, key, signal) : answerOnce(line, asker, request, key, signal)).then(
    given => {
      observer.replied(asker, given, request)
      return given
    },
    thrown => {
      const failure = findModelError(thrown)
      if (failure !== null) observer.failed(asker, failure, request)
      throw thrown
    },
  )
}

/** The reply to a question that others may be asking, too. */
function answerOnce(line: Line, asker: Asker, request: ModelRequest, key: string, signal?: AbortSignal): Promise<ModelReply> {
  const underWay = questionsOf(line.store!)
  const same = underWay.get(key)
  if (same !== undefined) return replyToAnother(same, () => answerOnce(line, asker, request, key, signal), signal)
  const reply = answer(line, asker, request, key, signal).finally(() => underWay.delete(key))
  underWay.set(key, reply)
  return reply
}

/** The reply to somebody who asks the same. A question that was called off by who asked it is asked `again` by the next who waits for it. */
async function replyToAnother(
  same: Promise<ModelReply>,
  again: () => Promise<ModelReply>,
  signal: AbortSignal | undefined,
): Promise<ModelReply> {
  try {
    return asCached(await unlessAborted(same, signal))
  } catch (error) {
    if (signal?.aborted || !isCancelled(error)) throw error
  }
  return again()
}

/** What somebody else waits for, too, unless the signal fires first. */
function unlessAborted<T>(shared: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return shared
  refuseCancelled(signal)
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const forget = onAbort(signal, () => reject(cancelled(signal)))
  return Promise.race([aborted, shared]).finally(forget)
}

async function answer(line: Line, asker: Asker, request: ModelRequest, key: string | null, signal?: AbortSignal): Promise<ModelReply> {
  const { store, mode } = line
  const kept = key === null ? null : await store!.get(key, asker)
  if (kept !== null) return asCached(kept)
  if (request.embeds && !line.embeds) throw unable(line.called, 'embed', 'vectors', 'serves /embeddings')
  if (request.draws && !line.draws) throw unable(line.called, 'draw', 'pictures', 'is OpenAI-compatible')
  const attempt = (sent: ModelRequest) =>
    attempts(callOf(line, sent, signal), line.rules, signal, came => line.observer.came(asker, request, sent, came))
  const sent = mode?.first(request) ?? request
  let reply: ModelReply
  try {
    reply = await attempt(sent)
    if (await mode?.isDoubtful(sent, reply)) reply = await mode!.settle(sent, reply, await attempt(inPrompt(sent)))
  } catch (thrown) {
    if (!mode?.isRefusal(sent, thrown)) throw thrown
    reply = await attempt(inPrompt(sent))
    reply = { ...reply, attempts: reply.attempts + 1 }
  }
  await store?.put(key, reply, asker)
  return reply
}

/** One call to the server, which whoever observes it makes. */
function callOf(line: Line, sent: ModelRequest, signal?: AbortSignal): () => Promise<ModelReply> {
  const ends = line.callSignal ?? signal
  const options = ends === undefined ? {} : { signal: ends }
  return () => line.observer.call(line.called, sent, () => line.model.generate(sent, options))
}

/** Questions under way, by store and key. */
const asking = new WeakMap<ReplyStore, Map<string, Promise<ModelReply>>>()

function questionsOf(store: ReplyStore): Map<string, Promise<ModelReply>> {
  const known = asking.get(store) ?? new Map<string, Promise<ModelReply>>()
  asking.set(store, known)
  return known
}

function asCached(reply: ModelReply): ModelReply {
  return { ...reply, cached: true }
}

function unable({ provider }: Called, verb: string, what: string, remedy: string): ModelError {
  return new ModelError(`Cannot ${verb} at provider '${provider}': models of its type give no ${what} here`, {
    failure: 'unsupported_params',
    hint: `Name a model of a provider that ${remedy}`,
  })
}
