import { readFileSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { COMPATS, type Compat } from '../compat.ts'
import { refuseUnending } from '../disk/regular-file.ts'
import { TracewrightError } from '../errors.ts'
import { isObject } from '../json/json.ts'
import type { ModelProvider } from '../model/model-provider.ts'
import { systemReason } from '../system-error.ts'

/** Options of every command that asks models, as commander hands them over. */
export type ProviderFlags = { provider?: string[]; providers?: string; compat?: Compat }

/** Add the options that say where models are served. */
export function withProviderOptions(command: Command): Command {
  return command
    .option(
      '--provider <name=url>',
      'where a provider is served, chat completions spoken there; may be repeated',
      (value, before: string[]) => [...before, value],
      [],
    )
    .option('--providers <file>', 'YAML or JSON with providers, as Data Designer’s model_providers.yaml')
    .addOption(
      new Option('--compat <system>', 'follow another system to the letter: its prompts, templates and reading of seeds').choices(COMPATS),
    )
}

/** The providers of the flags, before the ones that are known anyway. */
export async function providersFrom(flags: ProviderFlags): Promise<ModelProvider[]> {
  const { ModelProvider } = await import('../model/model-provider.ts')
  const named = (flags.provider ?? []).map(pair => {
    const at = pair.indexOf('=')
    if (at < 1 || !URL.canParse(pair.slice(at + 1)))
      throw new TracewrightError('usage', `Cannot use --provider '${pair}': expected name=url, such as lab=http://127.0.0.1:8000/v1`)
    return new ModelProvider({ name: pair.slice(0, at), endpoint: pair.slice(at + 1) })
  })
  return flags.providers === undefined ? named : [...named, ...(await providersOfFile(flags.providers))]
}

async function providersOfFile(path: string): Promise<ModelProvider[]> {
  const [{ ModelProvider }, { readYaml }] = await Promise.all([import('../model/model-provider.ts'), import('../pipeline/yaml-read.ts')])
  refuseUnending(path, 'read providers')
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new TracewrightError('file', `Cannot read providers '${path}': ${systemReason(error)}`, { cause: error })
  }
  const value = readYaml(text, path, 'providers')
  const list = Array.isArray(value) ? value : isObject(value) ? value['providers'] : null
  if (!Array.isArray(list))
    throw new TracewrightError('config', "Cannot read providers: found no list, expected 'providers:' and a list", { where: path })
  return list.filter(isObject).map(json => ModelProvider.fromJSON(json))
}
