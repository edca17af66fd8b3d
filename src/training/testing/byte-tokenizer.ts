/** The `tokenizer.json` of a tokenizer whose tokens are bytes, written as the letters that byte-level tokenizers have for them. */
export function byteTokenizer(): string {
  let hidden = 0
  const letters = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isVisible(byte) ? byte : 256 + hidden++))
  const vocab = Object.fromEntries(letters.map((letter, byte) => [letter, byte]))
  return JSON.stringify({
    model: { type: 'BPE', vocab, merges: [] },
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
    decoder: { type: 'ByteLevel' },
    normalizer: null,
    post_processor: null,
    added_tokens: [],
  })
}

function isVisible(byte: number): boolean {
  return (byte > 32 && byte < 127) || (byte > 160 && byte !== 173)
}
