import { TracewrightError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import type { RolloutFormat } from './format.ts'
import * as formats from './formats.ts'

/** Name of a rollout format. */
export type FormatName = (typeof formats)[keyof typeof formats]['name']

const known = new Map<string, RolloutFormat>()

/** All formats, by name; those come last that read what is no agent's own. */
export const formatByName: ReadonlyMap<string, RolloutFormat> = known

/** Know formats by their names: those of this package, and others that are used. Throws where another has the name. */
export function addFormats(more: readonly RolloutFormat[]): void {
  for (const format of more)
    if ((known.get(format.name) ?? format) !== format)
      throw new TracewrightError('usage', `Cannot use two formats of name '${format.name}': a name tells which is meant`)
  const all = [...new Set([...known.values(), ...more])].sort((a, b) => Number(a.isGeneral ?? false) - Number(b.isGeneral ?? false))
  known.clear()
  for (const format of all) known.set(format.name, format)
}

addFormats(Object.values<RolloutFormat>(formats))

/** The format of that name, or the one that is given itself. Throws with the nearest correct name. */
export function formatNamed(name: string | RolloutFormat): RolloutFormat {
  if (typeof name !== 'string') return name
  const format = formatByName.get(name)
  if (format !== undefined) return format
  const guess = nearest(name, formatByName.keys())
  throw new TracewrightError('usage', `Unknown rollout format '${name}': expected one of ${[...formatByName.keys()].join(', ')}, auto`, {
    ...(guess === null ? {} : { hint: `Did you mean '${guess}'?` }),
  })
}
