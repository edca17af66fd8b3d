import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sleep } from './model-server.ts'

/** A server of jobs on this machine, and how to end it. */
export type QueueServer = { url: string; kill(): Promise<void>; again(): Promise<void>; close(): Promise<void> }

/** Whether there is a redis-server: `apt-get install redis-server`, or `brew install redis`. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0

/** Where PostgreSQL's programs are (`apt-get install postgresql`), and whether they can be run; null: they cannot. */
export const postgresPrograms = findPostgres()

/** Start Redis, with a log that survives its death. */
export async function startRedis(): Promise<QueueServer> {
  const folder = mkdtempSync(join(tmpdir(), 'tracewright-redis-'))
  const port = await freePort()
  const start = () =>
    startListening('redis-server', ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--appendonly', 'yes', '--save', ''], port)
  return server(`redis://127.0.0.1:${port}`, folder, start)
}

/** Start PostgreSQL, as another user where this is root. */
export async function startPostgres(): Promise<QueueServer> {
  const { bin, user } = postgresPrograms!
  const folder = mkdtempSync(join(tmpdir(), 'tracewright-postgres-'))
  if (user !== null) chownSync(folder, user.uid, user.gid)
  const port = await freePort()
  execFileSync(join(bin, 'initdb'), ['-D', join(folder, 'data'), '-U', 'kite', '-A', 'trust', '--no-sync'], {
    ...user,
    stdio: 'ignore',
    cwd: folder,
  })
  const args = ['-D', join(folder, 'data'), '-p', `${port}`, '-h', '127.0.0.1', '-k', folder]
  const start = async () => {
    const child = await startListening(join(bin, 'postgres'), args, port, user ?? {})
    for (let tries = 0; spawnSync(join(bin, 'pg_isready'), ['-h', '127.0.0.1', '-p', `${port}`]).status !== 0 && tries < 200; tries++)
      await sleep(50)
    return child
  }
  return server(`postgres://kite@127.0.0.1:${port}/postgres`, folder, start)
}

async function server(url: string, folder: string, start: () => Promise<ChildProcess>): Promise<QueueServer> {
  let child = await start()
  const end = async (signal: 'SIGKILL' | 'SIGINT') => {
    const over = new Promise(resolve => child.once('exit', resolve))
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill(signal)
    await over
  }
  return {
    url,
    kill: () => end('SIGKILL'),
    again: async () => void (child = await start()),
    close: async () => {
      await end('SIGINT')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function startListening(
  program: string,
  args: readonly string[],
  port: number,
  options: { uid?: number; gid?: number } = {},
): Promise<ChildProcess> {
  const child = spawn(program, args, { ...options, stdio: 'ignore' })
  for (let tries = 0; tries < 400 && !(await isListening(port)); tries++) await sleep(25)
  return child
}

function isListening(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(socket.end() !== null)).once('error', () => resolve(false))
  })
}

function freePort(): Promise<number> {
  return new Promise(resolve => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}

function findPostgres(): { bin: string; user: { uid: number; gid: number } | null } | null {
  const versions = '/usr/lib/postgresql'
  const bins = existsSync(versions) ? readdirSync(versions).map(version => join(versions, version, 'bin')) : []
  const bin = bins.findLast(folder => existsSync(join(folder, 'postgres')))
  if (bin === undefined) return null
  if (process.getuid?.() !== 0) return { bin, user: null }
  const id = (flag: string) => Number(spawnSync('id', [flag, 'postgres']).stdout.toString())
  return id('-u') > 0 ? { bin, user: { uid: id('-u'), gid: id('-g') } } : null
}

/** A way to a server that can swallow everything, as a network does that is cut: nobody is told. */
export async function startProxy(url: string): Promise<{ url: string; cut(isCut: boolean): void; close(): Promise<void> }> {
  const target = new URL(url)
  const pairs = new Set<[Socket, Socket]>()
  let isCut = false
  const look = ([a, b]: [Socket, Socket]) => {
    for (const socket of [a, b]) isCut ? socket.pause() : socket.resume()
  }
  const server = createServer(client => {
    const upstream = connect(Number(target.port), target.hostname)
    const pair: [Socket, Socket] = [client, upstream]
    pairs.add(pair)
    for (const [from, to] of [pair, [upstream, client] as const]) {
      from.on('data', bytes => to.write(bytes))
      from.on('error', () => {})
      from.on('close', () => {
        to.destroy()
        pairs.delete(pair)
      })
    }
    look(pair)
  }).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  return {
    url: `${target.protocol}//127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: value => {
      isCut = value
      for (const pair of pairs) look(pair)
    },
    close: () => {
      for (const [a, b] of pairs) for (const socket of [a, b]) socket.destroy()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}
