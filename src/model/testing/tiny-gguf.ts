import { writeFileSync } from 'node:fs'
import { Random } from '../../random.ts'

/** Write a llama model of random weights, half a megabyte, that llama.cpp loads and runs: a token per byte and per printable character. */
export function writeTinyGguf(path: string): void {
  const tokens = vocabulary()
  const metadata = metadataOf(tokens)
  const tensors = tensorsOf(tokens.length)
  const parts = [Buffer.from('GGUF'), uint32(3), uint64(tensors.length), uint64(metadata.length), ...metadata]
  let offset = 0
  for (const tensor of tensors) {
    parts.push(string(tensor.name), uint32(tensor.shape.length), ...tensor.shape.map(uint64), uint32(0), uint64(offset))
    offset += padded(4 * sizeOf(tensor))
  }
  const head = Buffer.concat(parts)
  const random = new Random(1)
  writeFileSync(path, Buffer.concat([pad(head), ...tensors.map(tensor => pad(weights(tensor, random)))]))
}

const WIDTH = 64
const LAYERS = 2
const HIDDEN = 128
const ALIGNMENT = 32
const TRAINED_CONTEXT = 2048

// Numbers the format gives to types of values, tokens and tensors.
const UINT32 = 4
const INT32 = 5
const FLOAT32 = 6
const STRING = 8
const ARRAY = 9
const NORMAL_TOKEN = 1
const UNKNOWN_TOKEN = 2
const CONTROL_TOKEN = 3
const BYTE_TOKEN = 6

type Token = { text: string; type: number; score: number }
type Tensor = { name: string; shape: number[] } // the first dimension is the one that lies together

function vocabulary(): Token[] {
  const special = ['<unk>', '<s>', '</s>'].map((text, index) => ({ text, type: index === 0 ? UNKNOWN_TOKEN : CONTROL_TOKEN, score: 0 }))
  const bytes = Array.from({ length: 256 }, (_, byte) => ({
    text: `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
    type: BYTE_TOKEN,
    score: 0,
  }))
  const printable = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index))
  const characters = ['\u2581', ...printable].map((text, index) => ({ text, type: NORMAL_TOKEN, score: -index })) // U+2581 is a space
  return [...special, ...bytes, ...characters]
}

function metadataOf(tokens: Token[]): Buffer[] {
  const strings = (values: string[]) => array(STRING, values.map(string))
  const number = (key: string, value: number) => Buffer.concat([string(key), uint32(UINT32), uint32(value)])
  const text = (key: string, value: string) => Buffer.concat([string(key), uint32(STRING), string(value)])
  const list = (key: string, value: Buffer) => Buffer.concat([string(key), uint32(ARRAY), value])
  return [
    text('general.architecture', 'llama'),
    text('general.name', 'tiny'),
    number('llama.context_length', TRAINED_CONTEXT),
    number('llama.embedding_length', WIDTH),
    number('llama.block_count', LAYERS),
    number('llama.feed_forward_length', HIDDEN),
    number('llama.attention.head_count', 2),
    number('llama.attention.head_count_kv', 2),
    number('llama.rope.dimension_count', WIDTH / 2),
    number('llama.vocab_size', tokens.length),
    Buffer.concat([string('llama.attention.layer_norm_rms_epsilon'), uint32(FLOAT32), float32(1e-5)]),
    text('tokenizer.ggml.model', 'llama'),
    list('tokenizer.ggml.tokens', strings(tokens.map(token => token.text))),
    list(
      'tokenizer.ggml.scores',
      array(
        FLOAT32,
        tokens.map(({ score }) => float32(score)),
      ),
    ),
    list(
      'tokenizer.ggml.token_type',
      array(
        INT32,
        tokens.map(({ type }) => uint32(type)),
      ),
    ),
    number('tokenizer.ggml.unknown_token_id', 0),
    number('tokenizer.ggml.bos_token_id', 1),
    number('tokenizer.ggml.eos_token_id', 2),
  ]
}

function tensorsOf(vocabularySize: number): Tensor[] {
  const layer = (index: number): Tensor[] => [
    { name: `blk.${index}.attn_norm.weight`, shape: [WIDTH] },
    ...['q', 'k', 'v', 'output'].map(part => ({ name: `blk.${index}.attn_${part}.weight`, shape: [WIDTH, WIDTH] })),
    { name: `blk.${index}.ffn_norm.weight`, shape: [WIDTH] },
    ...['gate', 'up'].map(part => ({ name: `blk.${index}.ffn_${part}.weight`, shape: [WIDTH, HIDDEN] })),
    { name: `blk.${index}.ffn_down.weight`, shape: [HIDDEN, WIDTH] },
  ]
  return [
    { name: 'token_embd.weight', shape: [WIDTH, vocabularySize] },
    ...Array.from({ length: LAYERS }, (_, index) => layer(index)).flat(),
    { name: 'output_norm.weight', shape: [WIDTH] },
    { name: 'output.weight', shape: [WIDTH, vocabularySize] },
  ]
}

function weights(tensor: Tensor, random: Random): Buffer {
  const values = Float32Array.from({ length: sizeOf(tensor) }, () => (tensor.shape.length === 1 ? 1 : (random.next() - 0.5) * 0.2))
  return Buffer.from(values.buffer)
}

function sizeOf({ shape }: Tensor): number {
  return shape.reduce((product, dimension) => product * dimension, 1)
}

function padded(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT
}

function pad(buffer: Buffer): Buffer {
  return Buffer.concat([buffer], padded(buffer.length))
}

function array(type: number, items: Buffer[]): Buffer {
  return Buffer.concat([uint32(type), uint64(items.length), ...items])
}

function string(text: string): Buffer {
  const bytes = Buffer.from(text)
  return Buffer.concat([uint64(bytes.length), bytes])
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4)
  buffer.writeUInt32LE(value)
  return buffer
}

function uint64(value: number): Buffer {
  const buffer = Buffer.alloc(8)
  buffer.writeBigUInt64LE(BigInt(value))
  return buffer
}

function float32(value: number): Buffer {
  const buffer = Buffer.alloc(4)
  buffer.writeFloatLE(value)
  return buffer
}
