import { decodeText } from '../../disk/decode-text.ts'
import { readBytes } from '../../disk/read-file.ts'
import { refuseUnending } from '../../disk/regular-file.ts'
import { TracewrightError } from '../../errors.ts'
import { collectorOf, type Fields, MISSING_TEXT, refuse, refuseUnknownKeys, shortened } from '../../fields.ts'
import { writeJson } from '../../json/exact.ts'
import { isObject, type JsonObject } from '../../json/json.ts'
import { ModelConfig } from '../../model/model-config.ts'
import { ModelProvider } from '../../model/model-provider.ts'
import { type ToolServer, toolServerFromJSON } from '../../model/tools/mcp-provider.ts'
import { ToolConfig } from '../../model/tools/tool-config.ts'
import { systemReason } from '../../system-error.ts'
import { readYaml } from '../config/yaml/yaml-read.ts'

/** What a file of settings lists. */
export type SettingsKind<T> = {
  /** What is read, in words. */
  what: string
  /** Key of the list in the file. */
  key: string
  /** Other keys a file may have, which are passed over. */
  more?: Fields
  /** One of the list. */
  read(json: JsonObject): T
  /** Its name, which no other may have. */
  nameOf(item: T): string
}

/** Providers of models, as in Data Designer's model_providers.yaml. */
export const MODEL_PROVIDERS: SettingsKind<ModelProvider> = {
  what: 'providers',
  key: 'providers',
  more: { default: ['text', 'null', 'what earlier versions took where a model names none'] },
  read: ModelProvider.fromJSON,
  nameOf: ({ name }) => name,
}

/** Models, as in Data Designer's model_configs.yaml. */
export const MODEL_CONFIGS: SettingsKind<ModelConfig> = {
  what: 'models',
  key: 'model_configs',
  read: ModelConfig.fromJSON,
  nameOf: ({ alias }) => alias,
}

/** Servers of tools, as in Data Designer's mcp_providers.yaml. */
export const MCP_PROVIDERS: SettingsKind<ToolServer> = {
  what: 'MCP providers',
  key: 'providers',
  read: toolServerFromJSON,
  nameOf: ({ name }) => name,
}

/** Tools, as in Data Designer's tool_configs.yaml. */
export const TOOL_CONFIGS: SettingsKind<ToolConfig> = {
  what: 'tools',
  key: 'tool_configs',
  read: ToolConfig.fromJSON,
  nameOf: ({ toolAlias }) => toolAlias,
}

/** Read a file of settings: a list, alone or under its key. What is wrong with it is told to `onMistake`, each with its place. */
export function readSettingsFile<T>(path: string, kind: SettingsKind<T>, onMistake: (mistake: TracewrightError) => void): T[] {
  const told = new Set<string>()
  const note = (mistake: TracewrightError) => {
    // What follows from a missing word is no mistake of its own.
    if (told.has(mistake.sentence) || mistake.sentence.includes(MISSING_TEXT)) return
    told.add(mistake.sentence)
    // What could not be read says which file that is.
    const isPlaced = mistake.kind === 'file' || mistake.where === path || mistake.where?.startsWith(`${path}:`)
    const where = isPlaced ? mistake.where : `${path}${mistake.where === null ? '' : `: ${mistake.where}`}`
    const details = { ...(where === null ? {} : { where }), ...(mistake.hint === null ? {} : { hint: mistake.hint }) }
    onMistake(new TracewrightError(mistake.kind, mistake.message, details))
  }
  const collect = collectorOf(note)
  const items: T[] = []
  for (const [i, json] of (collect(() => listOf(path, kind))[0] ?? []).entries()) {
    if (!isObject(json)) {
      collect(() => refuse(`found ${shortened(writeJson(json)).slice(0, 60)}, expected an object`, `${kind.key}[${i}]`))
      continue
    }
    for (const item of collect(() => kind.read(json))) {
      const name = kind.nameOf(item)
      if (items.some(other => kind.nameOf(other) === name))
        collect(() => refuse(`there are two by the name '${shortened(name)}', expected each once`, `${kind.key}[${i}]`))
      else items.push(item)
    }
  }
  return items
}

/** Throws what was wrong with files of settings, all of it at once. */
export function throwMistakes(mistakes: readonly TracewrightError[]): void {
  if (mistakes.length === 1) throw mistakes[0]!
  if (mistakes.length === 0) return
  const kind = mistakes.every(mistake => mistake.kind === 'file') ? 'file' : 'config'
  throw new TracewrightError(
    kind,
    `The settings have ${mistakes.length} mistakes:\n${mistakes.map(({ sentence }) => `  - ${sentence}`).join('\n')}`,
  )
}

function listOf<T>(path: string, { what, key, more = {} }: SettingsKind<T>): unknown[] {
  refuseUnending(path, `read ${what}`)
  let bytes: Buffer
  try {
    bytes = readBytes(path)
  } catch (error) {
    throw new TracewrightError('file', `Cannot read ${what} '${path}': ${systemReason(error)}`, {
      hint: `Name a YAML or JSON file with '${key}:' and a list`,
      cause: error,
    })
  }
  const value = readYaml(decodeText(bytes, `read ${what}`, path), path, what)
  if (Array.isArray(value)) return value
  if (isObject(value)) refuseUnknownKeys(value, { [key]: ['list', '', what], ...more }, path)
  const list = isObject(value) ? value[key] : null
  if (Array.isArray(list)) return list
  throw new TracewrightError('config', `Cannot read ${what}: found no list, expected '${key}:' and a list`, { where: path })
}
