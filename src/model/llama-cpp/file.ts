import { open } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { messageOf } from '../../errors.ts'
import { ModelError } from '../model-error.ts'
import { type Chat, type ImportLlama, type Llama, type LlamaFile, type LlamaLibrary, openLibrary, type Sequence } from './library.ts'
import { type LlamaSettings, refuseOtherSettings } from './settings.ts'

/** A GGUF file in memory, and the one text it works on. */
export type LoadedFile = { name: string; llama: Llama; file: LlamaFile; sequence: Sequence; chat(): Chat }

const loaded = new Map<string, { settings: LlamaSettings; file: Promise<LoadedFile> }>()

/** Load a GGUF file, once in this process however many aliases name it. What failed is tried again by the next call. */
export async function loadGguf(path: string, settings: LlamaSettings, load: ImportLlama): Promise<LoadedFile> {
  const key = resolve(path)
  let entry = loaded.get(key)
  if (entry === undefined) {
    entry = { settings, file: openGguf(key, settings, load) }
    loaded.set(key, entry)
    entry.file.catch(() => loaded.delete(key))
  }
  refuseOtherSettings(path, entry.settings, settings)
  return entry.file
}

async function openGguf(path: string, settings: LlamaSettings, load: ImportLlama): Promise<LoadedFile> {
  await requireGguf(path)
  const library: LlamaLibrary = await openLibrary(load)
  const { threads, context_size, gpu = 'auto' } = settings
  let complaint = ''
  const logger = (_level: string, message: string) => {
    complaint ||= message.trim().replace(/^.*error loading model: /, '')
  }
  try {
    const llama = await library.getLlama({ gpu, build: 'never', skipDownload: true, logLevel: 'error', logger, progressLogs: false })
    const file = await llama.loadModel({ modelPath: path })
    const context = await file.createContext({
      ...(threads === undefined ? {} : { threads }),
      ...(context_size === undefined ? {} : { contextSize: context_size }),
    })
    const sequence = context.getSequence()
    return { name: basename(path), llama, file, sequence, chat: () => new library.LlamaChat({ contextSequence: sequence }) }
  } catch (error) {
    await setImmediate() // what llama.cpp says arrives after the failure
    throw new ModelError(`Cannot load ${path}: found ${complaint || messageOf(error)}, expected a model llama.cpp can run`, {
      failure: 'bad_request',
      hint: 'Lower context_size, or set gpu to false, in extra_body; or take another file',
      cause: error,
    })
  }
}

/** Look before llama.cpp does: its own complaint names no remedy. */
async function requireGguf(path: string): Promise<void> {
  const start = await readStart(path).catch((error: NodeJS.ErrnoException) => {
    throw new ModelError(`Cannot load ${path}: found ${error.code === 'ENOENT' ? 'no such file' : error.message}, expected a GGUF file`, {
      failure: 'not_found',
      hint: "A model config's model is the path of its file where the provider is llama-cpp",
      cause: error,
    })
  })
  if (start !== 'GGUF')
    throw new ModelError(`Cannot load ${path}: found a file that begins with ${JSON.stringify(start)}, expected 'GGUF'`, {
      failure: 'bad_request',
      hint: 'Take a file in GGUF format; safetensors and PyTorch files are converted with the tools of llama.cpp',
    })
}

async function readStart(path: string): Promise<string> {
  await using file = await open(path)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0)
  return buffer.toString('latin1', 0, bytesRead)
}
