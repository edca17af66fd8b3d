import { percentDecoded } from '../percent-decoded.ts'
import { type BullClasses, BullShardQueue } from './bullmq-queue.ts'
import { loadPeers } from './load-peers.ts'
import { defineQueue } from './queue.ts'

/** BullMQ over Redis or Valkey. */
export const redis = defineQueue({
  name: 'redis',
  description: 'BullMQ over Redis or Valkey; packages `bullmq` and `ioredis`',
  example: 'redis://127.0.0.1:6379',
  matches: url => /^rediss?:\/\//i.test(url),
  open: async (url, terms = {}) => {
    const bullmq = await loadPeers(
      async () => (await Promise.all([import('bullmq'), import('ioredis')]))[0],
      'use a queue',
      'bullmq ioredis',
    )
    const connection = connectionOf(url)
    return new BullShardQueue(
      bullmq as unknown as BullClasses,
      { asking: connection, working: { ...connection, maxRetriesPerRequest: null } },
      terms,
    )
  },
})

function connectionOf(text: string): object {
  const url = new URL(text)
  const db = Number(url.pathname.slice(1))
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 6379),
    ...(url.username === '' ? {} : { username: percentDecoded(url.username) }),
    ...(url.password === '' ? {} : { password: percentDecoded(url.password) }),
    ...(Number.isInteger(db) ? { db } : {}),
    ...(/^rediss:/i.test(text) ? { tls: {} } : {}),
  }
}
