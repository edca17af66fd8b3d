import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { DefaultRoot, RolloutFormat } from './format.ts'

/** Absolute path of a default folder, with the producer's environment variable honoured. */
export function rootPath(root: DefaultRoot, env: NodeJS.ProcessEnv = process.env): string {
  const override = root.env === undefined ? undefined : env[root.env]
  return override ? resolve(override, root.below ?? '') : join(env['HOME'] ?? homedir(), root.path)
}

/** The folders of a format on a system. */
export function rootsOn(format: RolloutFormat, platform: NodeJS.Platform = process.platform): readonly DefaultRoot[] {
  return format.roots.filter(({ on }) => on === undefined || on === platform)
}
