import type { Compat } from '../compat.ts'
import { TracewrightError } from '../errors.ts'
import { camelCase, type Known, refuseUnknownOptions } from '../fields.ts'
import { writeJson } from '../json/exact.ts'
import type { JsonObject } from '../json/json.ts'
import type { ModelProvider } from '../model/model-provider.ts'
import type { ToolServer } from '../model/tools/mcp-provider.ts'
import type { RunConfig, RunConfigOptions } from './rows/run-config.ts'

/** How pipelines are run. */
export type DataDesignerOptions = {
  /** Folder that datasets and workflows are made in, where `create` and `run` name no other. Default 'artifacts'. */
  artifactPath?: string
  /** Where models are served. The predefined providers are known without being named. */
  modelProviders?: (ModelProvider | JsonObject)[]
  /** Of every random choice. Default: a fresh one, told in the results. */
  seed?: number
  /**
   * 'data_designer' follows Data Designer 0.9 to the letter: values in text as Python prints them, its limits on templates, its prompts
   * for shapes, its reading of seeds. 'data_designer@0.5.7' follows that version. Default: JSON and all of Jinja.
   */
  compat?: Compat | null
  /** Servers of tools; objects in Data Designer's snake case will do. */
  mcpProviders?: (ToolServer | JsonObject)[]
  /**
   * Data Designer's folder of managed assets, where its datasets of persons are. Default: $DATA_DESIGNER_MANAGED_ASSETS_PATH, else
   * `managed-assets` in $DATA_DESIGNER_HOME, where one of them is set.
   */
  managedAssetsPath?: string | null
  /** How runs go; plain options, or an object in Data Designer's snake case, will do. */
  runConfig?: RunConfig | RunConfigOptions | JsonObject
}

const DESIGNER_OPTIONS: Known<DataDesignerOptions> = {
  artifactPath: true,
  modelProviders: true,
  seed: true,
  compat: true,
  mcpProviders: true,
  managedAssetsPath: true,
  runConfig: true,
}

/** What Data Designer's constructor takes besides, and where it is said here. */
const SAID_ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['secretResolver', 'apiKey of a ModelProvider names an environment variable, or is the key itself'],
  ['seedReaders', 'Types of seeds are made by defineSeed: hand one to withSeedDataset, or name them in extensions of loadConfig'],
  ['personReader', 'managedAssetsPath names a folder with datasets of persons; rows of persons of your own can be the seed'],
  ['autoConfigureLogging', 'Nothing is logged: onProgress and onEvent of create tell how a run goes'],
])

/** Refuse what nobody knows; what Data Designer takes besides is told where it is said here. */
export function checkDesignerOptions(options: DataDesignerOptions): void {
  if (typeof options !== 'object' || options === null)
    throw new TracewrightError('usage', `Cannot make a DataDesigner of ${writeJson(options)}: expected an object of options`, {
      hint: 'The folder is { artifactPath: … }',
    })
  for (const key of Object.keys(options)) {
    const hint = SAID_ELSEWHERE.get(camelCase(key))
    if (hint !== undefined) throw new TracewrightError('usage', `Cannot use '${key}'`, { where: 'DataDesigner', hint })
  }
  refuseUnknownOptions(options, DESIGNER_OPTIONS, 'DataDesigner')
}
