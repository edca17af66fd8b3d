import { type BullClasses, BullShardQueue } from './bullmq-queue.ts'
import { loadPeers } from './load-peers.ts'
import { defineQueue } from './queue.ts'

/** BullMQ over PostgreSQL. */
export const postgres = defineQueue({
  name: 'postgres',
  description: 'BullMQ over PostgreSQL; packages `bullmq` and `pg`',
  example: 'postgres://user@127.0.0.1:5432/tracewright',
  matches: url => /^postgres(?:ql)?:\/\//i.test(url),
  open: async (url, terms = {}) => {
    const bullmq = await loadPeers(async () => (await Promise.all([import('bullmq'), import('pg')]))[0], 'use a queue', 'bullmq pg')
    const { createPostgresBackend, DelayedError, UnrecoverableError, withBackend } = bullmq
    const classes = { ...withBackend(createPostgresBackend), DelayedError, UnrecoverableError } as unknown as BullClasses
    // A worker over a schema that is not there would try again without a pause.
    const connection = { connectionString: url, migrate: true }
    return new BullShardQueue(classes, { asking: connection, working: connection }, terms)
  },
})
