import { TracewrightError } from '../../errors.ts'
import type { RolloutFormat } from '../../rollout/format.ts'
import { formatByName } from '../../rollout/known-formats.ts'

/** Throws for logs of a format of another package that no thread can load: it is known by its name alone there. */
export function refuseForeign(refs: readonly { format: RolloutFormat }[]): void {
  const foreign = refs.find(({ format }) => formatByName.get(format.name) !== format)
  if (foreign !== undefined)
    throw new TracewrightError('usage', `Cannot read logs of format '${foreign.format.name}' in threads: it is of another package`, {
      hint: 'Name its module before: await useExtensions([MODULE]), or --extensions MODULE',
    })
}
