import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import { startCli } from './cli-process.ts'

it('a worker whose queue is away says so once, however often it tries, and ends when it is told to', async () => {
  const server = createServer(socket => socket.on('error', () => {}).destroy()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const worker = startCli(['work', `redis://127.0.0.1:${port}`], process.cwd())
  for (let tries = 0; tries < 8; tries++) await once(server, 'connection')
  worker.child.kill('SIGTERM')
  const { code, stderr } = await worker.output
  server.close()
  expect(code).toBe(130)
  const told = stderr.split('\n').filter(line => line.startsWith('Queue at '))
  expect(told).toHaveLength(1)
  expect(told[0]).toMatch(new RegExp(`^Queue at 127\\.0\\.0\\.1:${port}: .+\\. Trying again until it answers; Ctrl-C ends$`))
}, 60_000)
