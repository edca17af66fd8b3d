import type { JsonObject } from '../../json/json.ts'
import { countFrom, isCount } from '../../whole-number.ts'
import { ModelError } from '../model-error.ts'
import type { Gpu } from './library.ts'

/** How a file is loaded; absent means: as node-llama-cpp sees fit. */
export type LlamaSettings = { threads?: number; context_size?: number; gpu?: Gpu }

const GPUS: readonly unknown[] = ['auto', 'metal', 'cuda', 'vulkan', false]
const isFromOne = (value: unknown) => isCount(value, 1)

const KEYS: { [key: string]: { isValid(value: unknown): boolean; wanted: string } } = {
  threads: { isValid: isFromOne, wanted: countFrom(1) },
  context_size: { isValid: isFromOne, wanted: countFrom(1) },
  gpu: { isValid: value => GPUS.includes(value), wanted: "one of 'auto', 'metal', 'cuda', 'vulkan', false" },
}

/** Read the settings an `extra_body` holds. Throws for a key it does not know and a value that makes no sense. */
export function readLlamaSettings(body: JsonObject): LlamaSettings {
  for (const [key, value] of Object.entries(body)) {
    const setting = Object.hasOwn(KEYS, key) ? KEYS[key]! : null
    if (setting === null) throw refused(key, `found a key llama-cpp does not have, expected one of ${Object.keys(KEYS).join(', ')}`)
    if (!setting.isValid(value)) throw refused(key, `found ${JSON.stringify(value)}, expected ${setting.wanted}`)
  }
  return body as LlamaSettings
}

/** Throw where a file that is loaded already was loaded otherwise than is asked for now. */
export function refuseOtherSettings(file: string, loaded: LlamaSettings, asked: LlamaSettings): void {
  for (const key of ['threads', 'context_size', 'gpu'] as const) {
    if (asked[key] === undefined || asked[key] === loaded[key]) continue
    throw new ModelError(
      `Cannot load ${file} with ${key} ${JSON.stringify(asked[key])}: found it loaded with ${JSON.stringify(loaded[key] ?? 'the default')}, expected the same`,
      { failure: 'unsupported_params', hint: 'Give all aliases of the file the same extra_body; they share one instance' },
    )
  }
}

function refused(key: string, found: string): ModelError {
  return new ModelError(`extra_body.${key}: ${found}`, { failure: 'unsupported_params' })
}
