/** Engines that hand shards to workers. A new one is one line here. */
export { postgres } from './postgres-queue.ts'
export { redis } from './redis-queue.ts'
