import { Random } from '../../random.ts'
import { type ConnectOptions, Models } from '../connect.ts'
import { promptMessages } from '../messages.ts'
import { ModelConfig } from '../model-config.ts'
import { ModelProvider } from '../model-provider.ts'
import { type Answer, ChatServer, say, send } from './chat-server.ts'

/** Waits short enough for tests. */
export const QUICK: ConnectOptions = {
  retry: { firstDelay: 0.01 },
  throttle: { cooldown: 0.02 },
  breaker: { firstWait: 0.05, maxWait: 0.05, patience: 0.3 },
}

/** Models of one alias, and its twin, at a server that answers so, and what asking it takes. */
export async function at(answer: Answer, options: ConnectOptions = {}, inferenceParameters = {}) {
  const server = await ChatServer.start(answer)
  const providers = [new ModelProvider({ name: 'local', endpoint: server.endpoint })]
  const config = new ModelConfig({ alias: 'writer', model: 'm', provider: 'local', inferenceParameters })
  const models = new Models([config, new ModelConfig({ alias: 'twin', model: 'm', provider: 'local' })], {
    ...QUICK,
    providers,
    ...options,
  })
  const { model, parameters } = models.get('writer')
  const ask = (prompt = 'p', signal?: AbortSignal) =>
    model.generate({ messages: promptMessages(prompt), parameters: parameters(new Random(1)) }, signal === undefined ? {} : { signal })
  return { server, models, model, ask, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

/** Fails so many times, then replies. */
export const failing =
  (times: number, status: number, headers: Record<string, string> = {}): Answer =>
  (_, n, response) =>
    n <= times ? send(response, status, { error: { message: 'not now' } }, headers) : say(response, `reply ${n}`)
