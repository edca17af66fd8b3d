import { TracewrightError } from '../../errors.ts'
import type { Tokenizer } from './tokenizer.ts'
import type { HubOptions } from './tokenizer-files.ts'

/** The tokenizer a name stands for: a file, a folder, an npm package, a model of the hub, or `o200k`. Throws one sentence where there is none. */
export async function openTokenizer(name: string, hub: HubOptions = {}): Promise<Tokenizer> {
  if (OPENAI.test(name)) return openaiTokenizer(name)
  const { findTokenizerFiles } = await import('./tokenizer-files.ts')
  const { HuggingFaceTokenizer } = await import('./hugging-face.ts')
  return new HuggingFaceTokenizer(await findTokenizerFiles(name, hub))
}

/** Models of OpenAI whose tokens are o200k's. */
const OPENAI = /^(o200k(_base)?|gpt-(4o|4\.1|5)[\w.-]*|o[134](-[\w.-]+)?)$/

/** Counts only: OpenAI renders conversations itself, so there are no places of tokens to know. */
async function openaiTokenizer(name: string): Promise<Tokenizer> {
  const { countTokens } = await import('gpt-tokenizer/encoding/o200k_base')
  return {
    name,
    template: null,
    special: {},
    count: text => countTokens(text, { disallowedSpecial: new Set() }),
    encode: () => {
      throw new TracewrightError('config', `Cannot make token ids of '${name}': OpenAI renders conversations itself`, {
        hint: 'Use --for openai, or a model whose tokenizer.json is at hand',
      })
    },
  }
}
