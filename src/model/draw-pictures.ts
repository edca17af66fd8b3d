import { writeJson } from '../json/exact.ts'
import { isObject, type Json, type JsonObject, parseJson } from '../json/json.ts'
import { readChatCompletion } from './chat-completion.ts'
import { downloadPicture } from './download-picture.ts'
import { unreadableReply } from './http-failure.ts'
import { textOf } from './messages.ts'
import type { ModelReply, ModelRequest, TokenUsage } from './model.ts'
import { picturesIn } from './picture-candidates.ts'
import { type Asking, post } from './post.ts'
import { tokenCount } from './token-count.ts'
import { wireMessage } from './wire-message.ts'

/**
 * Ask for pictures: models that do nothing else at `<endpoint>/images/generations`, by the prompt alone; others in a chat, which may show
 * them pictures to begin with. The reply's text is a JSON list of base64; where there is none it is empty, and what was said instead is
 * the refusal.
 */
export async function drawPictures(request: ModelRequest, asking: Asking): Promise<ModelReply> {
  const { endpoint, model, headers, extraBody, signal } = asking
  const { timeout, extra_body } = request.parameters
  const isChat = !isDiffusionModel(model)
  const question: JsonObject = isChat
    ? { messages: request.messages.map(message => wireMessage(message, request.isVerbatim)) }
    : { prompt: textOf(request.messages.at(-1)?.content ?? '') }
  const body = writeJson({ model, ...question, ...extraBody, ...extra_body })
  const url = `${endpoint}/${isChat ? 'chat/completions' : 'images/generations'}`
  const text = await post({ endpoint, url, headers, body, timeout, maxBytes: MAX_BYTES, signal })
  const value = parseJson(text) ?? null
  const said = isChat ? readChatCompletion(value) : generated(value)
  if (said === null) throw unreadableReply(endpoint, text)
  const { base64, addresses, words } = picturesIn(isChat ? messageOf(value) : listAt(value, 'data'))
  // What was drawn is paid for: a picture that cannot be fetched is told with the reply, so that the reply counts.
  const fetched = await Promise.all(addresses.map(address => downloadPicture(address, { endpoint, timeout, signal })))
  const pictures = [...base64, ...fetched.flatMap(each => ('base64' in each ? each.base64 : []))]
  const lost = fetched.find(each => 'problem' in each)
  const refusal = pictures.length > 0 ? null : (said.refusal ?? words)
  return {
    ...said,
    text: pictures.length === 0 || lost !== undefined ? '' : writeJson(pictures),
    ...(refusal === null || refusal.trim() === '' ? {} : { refusal: refusal.slice(0, 2000) }),
    ...(lost === undefined ? {} : { lost: lost.problem }),
    usage: { ...said.usage, images: base64.length + addresses.length },
    model: said.model || model,
    attempts: 1,
  }
}

/** Whether a model only draws, as Data Designer tells it: by its name. */
export function isDiffusionModel(model: string): boolean {
  return DIFFUSION.test(model)
}

const DIFFUSION = /dall-e-|dalle|stable-diffusion|sd-|sd_|imagen|gpt-image-/i

/** Several pictures of the largest size that is drawn today. */
const MAX_BYTES = 96 << 20

/** What a body of `/images/generations` says beside its pictures; null where it is none. */
function generated(value: Json): Omit<ModelReply, 'attempts'> | null {
  if (!isObject(value) || !Array.isArray(value['data'])) return null
  const of = isObject(value['usage']) ? value['usage'] : {}
  const usage: TokenUsage = {
    input: tokenCount(of['input_tokens'] ?? of['prompt_tokens']),
    cached_input: null,
    output: tokenCount(of['output_tokens'] ?? of['completion_tokens']),
    reasoning: null,
  }
  const model = typeof value['model'] === 'string' ? value['model'] : ''
  return { text: '', reasoning: null, tool_calls: [], usage, finish_reason: 'stop', model, id: null }
}

function messageOf(value: Json): Json {
  const choice = isObject(value) && Array.isArray(value['choices']) ? value['choices'][0] : null
  return isObject(choice) ? (choice['message'] ?? null) : null
}

function listAt(value: Json, key: string): Json {
  return isObject(value) ? (value[key] ?? null) : null
}
