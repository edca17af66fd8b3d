import type { Codec } from '../codec/codec.ts'
import { addCodecs } from '../codec/codec-for.ts'
import { extensionTypesOf } from '../extension-module.ts'
import type { RolloutFormat } from '../rollout/format.ts'
import { addFormats } from '../rollout/known-formats.ts'

/**
 * Have this process, and the threads it starts, know formats of logs and codecs of files that modules export as
 * `extensions: { formats, codecs }`: by their names, where files are judged, and by the endings of files. `modules`: packages of the
 * working folder, or files (`./kites.js`). Other kinds of types are handed over where they are used. Throws where a module cannot be
 * loaded, or where a name or an ending is taken.
 */
export async function useExtensions(modules: readonly string[]): Promise<void> {
  for (const module of modules) {
    const { formats, codecs } = await extensionTypesOf(module)
    addFormats(formats as readonly RolloutFormat[])
    addCodecs(codecs as readonly Codec[])
    used.add(module)
  }
}

const used = new Set<string>()

/** The modules that are used: what a thread has to be told. */
export function usedExtensions(): readonly string[] {
  return [...used]
}
