import type { Command } from 'commander'
import { readText } from '../../disk/read-file.ts'
import { refuseUnending } from '../../disk/regular-file.ts'
import { TracewrightError } from '../../errors.ts'
import { isObject } from '../../json/json.ts'
import type { RunConfig } from '../../pipeline/rows/run-config.ts'
import { systemReason } from '../../system-error.ts'

/** Option of the commands that say how a config is run. */
export type RunConfigFlag = { runConfig?: string }

/** Add the option that says how a config is run. */
export function withRunConfigOption(command: Command): Command {
  return command.option(
    '--run-config <file>',
    'YAML or JSON with how configs are run, as Data Designer’s RunConfig: restarts, corrections, error rate, buffer_size and more',
  )
}

/** What the file says, for a designer; nothing where none is named. Throws for what it cannot say. */
export async function runConfigFrom({ runConfig: path }: RunConfigFlag): Promise<{ runConfig?: RunConfig }> {
  if (path === undefined) return {}
  const [{ RunConfig }, { readYaml }] = await Promise.all([
    import('../../pipeline/rows/run-config.ts'),
    import('../../pipeline/config/yaml/yaml-read.ts'),
  ])
  refuseUnending(path, 'read how configs are run')
  let text: string
  try {
    text = readText(path)
  } catch (error) {
    throw new TracewrightError('file', `Cannot read how configs are run: ${systemReason(error)}`, { where: path, cause: error })
  }
  const said = readYaml(text, path)
  const held = isObject(said) && isObject(said['run_config']) ? said['run_config'] : said
  if (!isObject(held))
    throw new TracewrightError('config', 'Cannot read how configs are run: expected keys such as `buffer_size: 1000`', { where: path })
  try {
    return { runConfig: RunConfig.fromJSON(held) }
  } catch (error) {
    if (!(error instanceof TracewrightError)) throw error
    throw new TracewrightError('config', error.message, { where: path, ...(error.hint === null ? {} : { hint: error.hint }), cause: error })
  }
}
