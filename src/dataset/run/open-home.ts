import { TracewrightError } from '../../errors.ts'
import type { HomeType, RunHome } from './home.ts'
import * as homes from './homes.ts'

/** The home of a run, by its place: a folder, or storage elsewhere. Throws where a place is none of those that are known. */
export function openHome(place: string): RunHome {
  return typeOf(place).open(place)
}

/** As `openHome`; throws where runs are only brought when they are finished. */
export function openWorkingHome(place: string): RunHome {
  if (!typeOf(place).isForFinishedRuns) return openHome(place)
  throw new TracewrightError('usage', `Cannot work in '${place}': each file that is written there is a commit`, {
    hint: `Work in a folder or in s3://, and bring the finished run there: merge HOME --to ${place}`,
  })
}

function typeOf(place: string): HomeType {
  const types: HomeType[] = Object.values(homes)
  const type = types.find(({ matches }) => matches(place))
  if (type !== undefined) return type
  throw new TracewrightError('usage', `Cannot open '${place}': expected ${types.map(({ example }) => `'${example}'`).join(' or ')}`)
}

/**
 * See whether a home keeps its one promise, that a key is made once: some storage ignores the condition, and would let every worker win.
 * Throws where it does not.
 */
export async function probeHome(home: RunHome): Promise<void> {
  const key = `probe-${crypto.randomUUID()}`
  try {
    const first = await home.putIfAbsent(key, Buffer.from('first'))
    const second = await home.putIfAbsent(key, Buffer.from('second'))
    const kept = String(await home.get(key))
    if (first && !second && kept === 'first') return
    throw new TracewrightError(
      'file',
      `Cannot use '${home.place}': it lets a file be made that is there already, so two workers could both finish one shard`,
      { hint: 'Expected storage that honours If-None-Match: *, as Amazon S3, MinIO and Cloudflare R2 do' },
    )
  } finally {
    await home.remove(key)
  }
}
