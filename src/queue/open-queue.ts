import { TracewrightError } from '../errors.ts'
import type { QueueTerms, QueueType, ShardQueue } from './queue.ts'
import * as queues from './queues.ts'

/** Connect to a queue by its URL. Throws where it is none of those that are known, or its packages are not installed. */
export async function openQueue(url: string, terms: QueueTerms = {}): Promise<ShardQueue> {
  const types: QueueType[] = Object.values(queues)
  const type = types.find(({ matches }) => matches(url))
  if (type === undefined)
    throw new TracewrightError('usage', `Cannot open a queue: expected ${types.map(({ example }) => `'${example}'`).join(' or ')}`)
  return type.open(url, terms)
}
