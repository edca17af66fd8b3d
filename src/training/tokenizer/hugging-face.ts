import { Tokenizer as Encoder } from '@huggingface/tokenizers'
import { messageOf, TracewrightError } from '../../errors.ts'
import { isObject, type JsonObject, parseJson } from '../../json/json.ts'
import { type RawToken, tokenPlaces } from './token-places.ts'
import type { Encoding, Tokenizer } from './tokenizer.ts'
import type { TokenizerFiles } from './tokenizer-files.ts'

/** The tokenizer of a model whose `tokenizer.json` is at hand. */
export class HuggingFaceTokenizer implements Tokenizer {
  readonly name: string
  readonly template: string | null
  readonly special: { readonly [name: string]: string | null }
  private readonly encoder: Encoder
  private readonly added: ReadonlySet<number>
  private readonly isByteLevel: boolean

  constructor({ name, tokenizer, config, template }: TokenizerFiles) {
    this.name = name
    const parsed = parseJson(tokenizer)
    const settings = config === null ? {} : parseJson(config)
    if (!isObject(parsed) || !isObject(parsed['model']))
      throw new TracewrightError('config', `Cannot read tokenizer '${name}': found no model in it, expected a tokenizer.json`)
    if (!isObject(settings))
      throw new TracewrightError('config', `Cannot read tokenizer '${name}': tokenizer_config.json is no JSON object`)
    try {
      this.encoder = new Encoder(parsed, settings)
    } catch (error) {
      throw new TracewrightError('config', `Cannot read tokenizer '${name}': ${messageOf(error)}`, { cause: error })
    }
    this.added = new Set(this.encoder.get_added_tokens_decoder().keys())
    this.isByteLevel = /"type":\s*"ByteLevel"/.test(JSON.stringify([parsed['decoder'], parsed['pre_tokenizer']]))
    this.template = template ?? templateOf(settings)
    this.special = Object.fromEntries(SPECIAL.map(token => [token, contentOf(settings[token])]))
  }

  count(text: string): number {
    return this.encoder.encode(text, { add_special_tokens: false }).ids.length
  }

  encode(text: string): Encoding {
    const { ids, tokens } = this.encoder.encode(text, { add_special_tokens: false })
    const raw: RawToken[] = tokens.map((token: string, i: number) => ({ text: token, isAdded: this.added.has(ids[i]!) }))
    const places = tokenPlaces(text, raw, this.isByteLevel)
    if (places === null)
      throw new TracewrightError('config', `Cannot place the tokens of '${this.name}' in the text: they do not spell it`, {
        hint: 'Use a dialect that carries text and flags, such as axolotl or openai',
      })
    return { ids, ...places }
  }
}

const SPECIAL = ['bos_token', 'eos_token', 'pad_token', 'unk_token']

function contentOf(token: unknown): string | null {
  if (typeof token === 'string') return token
  return isObject(token) && typeof token['content'] === 'string' ? token['content'] : null
}

/** Several templates may be there under names; the one without a purpose is what conversations are rendered with. */
function templateOf(settings: JsonObject): string | null {
  const template = settings['chat_template']
  if (typeof template === 'string') return template
  if (!Array.isArray(template)) return null
  const named = template.find(one => isObject(one) && one['name'] === 'default') ?? template[0]
  return isObject(named) && typeof named['template'] === 'string' ? named['template'] : null
}
