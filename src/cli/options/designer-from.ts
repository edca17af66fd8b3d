import type { DataDesigner } from '../../pipeline/data-designer.ts'
import type { ProviderFlags, Settings } from './provider-options.ts'
import { type RunConfigFlag, runConfigFrom } from './run-config-flag.ts'

/** What runs a config as the options of a command say, over the models and tools that are known. */
export async function designerFrom(
  flags: Pick<ProviderFlags, 'compat'> & RunConfigFlag & { seed?: number },
  { modelProviders, mcpProviders, managedAssetsPath }: Pick<Settings, 'modelProviders' | 'mcpProviders' | 'managedAssetsPath'>,
): Promise<DataDesigner> {
  const { DataDesigner } = await import('../../pipeline/data-designer.ts')
  return new DataDesigner({
    compat: flags.compat ?? null,
    modelProviders,
    mcpProviders,
    managedAssetsPath,
    ...(await runConfigFrom(flags)),
    ...(flags.seed === undefined ? {} : { seed: flags.seed }),
  })
}
