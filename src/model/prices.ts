import { decodeText } from '../disk/decode-text.ts'
import { readBytes } from '../disk/read-file.ts'
import { refuseUnending } from '../disk/regular-file.ts'
import { TracewrightError } from '../errors.ts'
import { type Field, refuseUnknownKeys } from '../fields.ts'
import { writeJson } from '../json/exact.ts'
import { isObject, type JsonObject, parseJson } from '../json/json.ts'
import { systemReason } from '../system-error.ts'
import type { Usage } from './ask/usage.ts'

/** US dollars per million tokens. */
export type Price = {
  /** Tokens of prompts, or their price in US dollars per million. */
  input: number
  /** Price of tokens of prompts that come from a cache, in US dollars per million. */
  cached_input?: number
  /** Price of tokens of prompts that are written to a cache, in US dollars per million. */
  cache_write?: number
  /** Tokens of replies, or their price in US dollars per million. */
  output: number
  /** Price of a picture, in US dollars: of models that are paid by the picture, whatever tokens they count. */
  image?: number
}

/** What models cost. None is known unless the user says so: prices change, and a wrong bill is worse than none. */
export class Prices {
  private readonly table: ReadonlyMap<string, Price>

  constructor(table: { [model: string]: Price } = {}) {
    for (const [model, price] of Object.entries(table)) checkPrice(model, price)
    this.table = new Map(Object.entries(table))
  }

  /** Read a JSON file of `{ "provider/model" or "model": { input, cached_input?, cache_write?, output, image? } }`, in US dollars per million tokens, or per picture. */
  static read(path: string): Prices {
    refuseUnending(path, 'read prices')
    let bytes: Buffer
    try {
      bytes = readBytes(path)
    } catch (error) {
      throw new TracewrightError('file', `Cannot read prices: ${systemReason(error)}`, {
        where: path,
        hint: 'Name a JSON file: {"model": {"input": USD, "output": USD}} per million tokens',
        cause: error,
      })
    }
    const json = parseJson(decodeText(bytes, 'read prices', path))
    if (!isObject(json))
      throw new TracewrightError('config', 'Cannot read prices: found no JSON object, expected models and their prices', { where: path })
    for (const [model, price] of Object.entries(json)) checkPrice(model, price, path)
    const whole = Object.entries(json).map(([model, price]) => [model, { input: 0, output: 0, ...(price as JsonObject) }])
    return new Prices(Object.fromEntries(whole))
  }

  /** The price of a model of a provider, or null where it is not known. */
  of(provider: string, model: string): Price | null {
    return this.table.get(`${provider}/${model}`) ?? this.table.get(model) ?? null
  }

  /** US dollars for what was used; null where the price is not known or the server did not count. */
  cost(provider: string, model: string, usage: Usage): number | null {
    const price = this.of(provider, model)
    if (price === null || (usage.unreported > 0 && price.image === undefined)) return null
    const { input_tokens, cached_input_tokens, output_tokens, images = 0 } = usage
    const cached = cached_input_tokens * (price.cached_input ?? price.input)
    return ((input_tokens - cached_input_tokens) * price.input + cached + output_tokens * price.output) / 1e6 + images * (price.image ?? 0)
  }
}

/** Keys of a price. */
export const PRICE_FIELDS: { readonly [key in keyof Required<Price>]: Field } = {
  input: ['number', '', 'per million tokens of prompts'],
  cached_input: ['number', '`input`', 'of those that come from a cache'],
  cache_write: ['number', '`input`', 'of those that are written to a cache'],
  output: ['number', '', 'per million tokens of replies'],
  image: ['number', 'none', 'per picture; what has one needs no other'],
}

/** A key nobody knows would pass for a price that is not there, and a run for a cheap one. */
function checkPrice(model: string, price: unknown, path?: string): void {
  const where = path === undefined ? `price of '${model}'` : `${path}, '${model}'`
  if (isObject(price)) refuseUnknownKeys(price, PRICE_FIELDS, where)
  const isPrice = isObject(price) && ['input', 'output'].every(key => isAmount(price[key] ?? price['image'] ?? null))
  if (isPrice && ['cached_input', 'cache_write', 'image'].every(key => isAmount(price[key] ?? 0))) return
  throw new TracewrightError(
    'config',
    `Cannot read the price of '${model}': found ${writeJson(price)}, expected { "input": USD, "output": USD }`,
    {
      where: path ?? 'prices',
      hint: 'Prices are US dollars per million tokens; "image": USD is that of a picture',
    },
  )
}

function isAmount(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && Number.isFinite(value)
}
