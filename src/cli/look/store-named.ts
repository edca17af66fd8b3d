import { TracewrightError } from '../../errors.ts'

/** The store that is named: behind what is asked for it, or by --store. */
export function storeNamed(named: string | undefined, { store }: { store?: string }): { store?: string } {
  if (named === undefined) return {}
  if (store !== undefined)
    throw new TracewrightError('usage', `Cannot tell which store is meant: found '${named}' and --store '${store}', expected one of them`)
  return { store: named }
}
