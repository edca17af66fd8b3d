/** A model's tokenizer, and what else its files say of how a conversation becomes text. */
export interface Tokenizer {
  /** How it was named by the user. */
  readonly name: string
  /** The model's own chat template; null where its files hold none. */
  readonly template: string | null
  /** Special tokens a template may print, such as `eos_token`. */
  readonly special: { readonly [name: string]: string | null }
  /** How many tokens a text has, without any that the tokenizer would add around it. */
  count(text: string): number
  /** Tokens with their places in the text. Throws where this tokenizer cannot say places. */
  encode(text: string): Encoding
}

/** Tokens of a text: token `i` covers the UTF-16 units from `starts[i]` to `ends[i]`. */
export type Encoding = { ids: number[]; starts: number[]; ends: number[] }
