import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ModelServer, startModelServer } from './model-server.ts'
import { root } from './sources.ts'

/*
 * The first hour of somebody who has installed the package and does what it tells them: every command that is printed is run as it stands.
 */

/** What npm says where there is no network, or one that it cannot trust. */
const OUT_OF_REACH =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|ENOTCACHED|SELF_SIGNED_CERT|UNABLE_TO_(?:GET|VERIFY)|CERT_/
/** The oldest Node that the package says it runs on. */
const OLDEST = `node@${/\d+\.\d+/.exec(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.node)![0]}.0`

let top: string
let leftOut: string | null = null // why nothing could be installed
let oldest: string | null = null // an older Node
const npmEnvironment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_(?!config_(?:registry|cache))/i.test(name)))

function npm(...args: string[]): Promise<{ code: number; out: string }> {
  return new Promise(done =>
    execFile(
      'npm',
      [...args, '--no-audit', '--no-fund'],
      { cwd: top, env: npmEnvironment, encoding: 'utf8', timeout: 400_000 },
      (error, stdout, stderr) => done({ code: error === null ? 0 : 1, out: `${stdout}${stderr}${error?.message ?? ''}` }),
    ),
  )
}

/** Install something; false where the registry is out of reach. */
async function installed(...what: string[]): Promise<boolean> {
  const { code, out } = await npm('install', ...what, '--prefer-offline', '--fetch-retries=1', '--fetch-timeout=20000')
  if (code === 0) return true
  if (OUT_OF_REACH.test(out)) return false
  throw new Error(`npm install ${what.join(' ')} failed: ${out}`)
}

beforeAll(async () => {
  top = mkdtempSync(join(tmpdir(), 'tracewright-first-hour-'))
  expect(existsSync(join(root, 'dist', 'bundle', 'cli.js')), 'the package is built before it is packed').toBe(true)
  // npm takes the environment's cache and registry; the package is built already.
  const packed = await npm('pack', root, '--ignore-scripts', '--pack-destination', top)
  expect(packed.code, packed.out).toBe(0)
  const tarball = readdirSync(top).find(name => name.endsWith('.tgz'))!
  expect((await npm('init', '-y')).code).toBe(0)
  if (!(await installed(`./${tarball}`, OLDEST)) && !(await installed(`./${tarball}`)))
    leftOut = 'the registry is out of reach: the package cannot be installed with its dependencies'
  const path = join(top, 'node_modules', 'node', 'bin', 'node')
  oldest = existsSync(path) ? path : null
}, 850_000)

afterAll(() => rmSync(top, { recursive: true, force: true }))

const LOGS = [
  ['claude_code', '.claude/projects'],
  ['codex', '.codex/sessions'],
  ['hermes_agent/sessions', '.hermes/sessions'],
  ['pi_coding_agent', '.pi/agent/sessions'],
] as const

/** A folder and a home of a person's own, beside the installed package. */
class Desk {
  readonly folder: string
  private readonly node: string
  private readonly home: string

  constructor(name: string, node: string) {
    this.node = node
    this.folder = join(top, name)
    this.home = join(top, `home-of-${name}`)
    mkdirSync(this.folder)
    for (const [format, place] of LOGS)
      cpSync(join(top, 'node_modules/tracewright/examples/logs', format), join(this.home, place), { recursive: true })
  }

  /** Run a command as it was printed, or as docs have it. */
  async run(command: string): Promise<{ code: number | null; out: string; err: string }> {
    return this.start(command).ended
  }

  start(command: string): { child: ChildProcess; ended: Promise<{ code: number | null; out: string; err: string }>; said(): string } {
    const [program, ...args] = wordsOf(command)
    expect(program).toBe('tracewright')
    const child = spawn(this.node, [join(top, 'node_modules/tracewright/bin/tracewright.mjs'), ...args], {
      cwd: this.folder,
      env: { PATH: process.env['PATH'], HOME: this.home, TMPDIR: process.env['TMPDIR'] },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const [out, err]: [Buffer[], Buffer[]] = [[], []]
    child.stdout.on('data', piece => out.push(piece))
    child.stderr.on('data', piece => err.push(piece))
    const ended = new Promise<{ code: number | null; out: string; err: string }>(done =>
      child.once('close', code => done({ code, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() })),
    )
    return { child, ended, said: () => Buffer.concat(err).toString() }
  }

  /** Run a piece of JavaScript. */
  script(...args: string[]): Promise<string> {
    return new Promise((done, fail) =>
      execFile(this.node, args, { cwd: this.folder, encoding: 'utf8' }, (error, stdout) => (error ? fail(error) : done(stdout))),
    )
  }
}

/** Words of a command as a shell takes them. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/'((?:[^']|'\\'')*)'|"([^"]*)"|(\S+)/g)].map(([, single, double, bare]) =>
    single === undefined ? (double ?? bare!) : single.replaceAll("'\\''", "'"),
  )
}

/** The command that a line of an output ends with. */
function printed(output: string, before: RegExp): string {
  const line = output.split('\n').find(line => before.test(line))
  expect(line, `a line with ${before} in:\n${output}`).toBeDefined()
  return line!.slice(line!.indexOf('tracewright '))
}

/** A door that holds answers back until it is opened, and tells when somebody stands before it. */
class Door {
  private open = true
  private readonly waiting: (() => void)[] = []
  private arrived: () => void = () => {}

  /** Shut it; resolves when an answer is held back. */
  shut(): Promise<void> {
    this.open = false
    return new Promise(done => (this.arrived = done))
  }

  async pass(): Promise<void> {
    if (this.open) return
    const through = new Promise<void>(done => this.waiting.push(done))
    this.arrived()
    await through
  }

  release(): void {
    this.open = true
    for (const go of this.waiting.splice(0)) go()
  }
}

describe.each([
  ['this Node', () => process.execPath],
  [OLDEST, () => oldest],
])('the first hour on %s', (name, nodeOf) => {
  it('everything that is printed can be run', { timeout: 400_000 }, async ({ skip }) => {
    if (leftOut !== null) skip(leftOut)
    const node = nodeOf()
    if (node === null) return skip(`${OLDEST} cannot be installed here: only the running Node was tried`)
    const desk = new Desk(name.replaceAll(/\W/g, '-'), node)

    // It can be loaded in both ways.
    expect(await desk.script('-p', "typeof require('tracewright').DataDesigner")).toBe('function\n')
    expect(
      await desk.script('--input-type=module', '-e', "import { openDataset } from 'tracewright'; console.log(typeof openDataset)"),
    ).toBe('function\n')

    // What is here, and rows of all of it.
    const scanned = await desk.run('tracewright scan')
    expect(scanned.code, scanned.err).toBe(0)
    expect(scanned.err).toBe('')
    const ingested = await desk.run(printed(scanned.out, /Make rows of all of them/))
    expect(ingested.code, ingested.err).toBe(0)
    expect(ingested.err).toMatch(/^7 rows from 7 logs/)
    expect(ingested.err).not.toMatch(/Warning/)
    expect((await desk.run('tracewright ingest --format claude_code -o rows.parquet')).code).toBe(0)
    for (const [path, rows] of [
      ['agent-rows', 7],
      ['rows.parquet', 2],
    ])
      expect(JSON.parse((await desk.run(`tracewright query ${path} "select count(*) n from rows" --json`)).out)).toEqual({ n: rows })

    // A packaged config, as it lies in the package, and copied.
    let isMended = false
    const door = new Door()
    const server: ModelServer = await startModelServer(async ({ prompt, nth, response }) => {
      await door.pass()
      // One question fails for as long as nobody mends what is behind it.
      if (!isMended && asksFirst(prompt)) return void response.writeHead(400).end('{"error":{"message":"No."}}')
      return `Answer ${nth}`
    })
    let first: string | null = null
    const asksFirst = (prompt: string) => (first ??= prompt) === prompt
    const from = `--provider nvidia=${server.endpoint} --seed 3`
    try {
      isMended = true
      const packaged = 'node_modules/tracewright/examples/summarize-random-turn.ts'
      const previewed = await desk.run(`tracewright preview ../${packaged} ${from} --no-replies`)
      expect(previewed.code, previewed.err).toBe(0)
      expect(previewed.out).toMatch(/turn_summary\s+Answer 1/)
      const next = await desk.run(printed(previewed.err, /Next record/))
      expect(next.code, next.err).toBe(0)
      expect(next.out).toMatch(/turn_summary\s+Answer/)
      const copied = await desk.run('tracewright init summarize-random-turn.ts')
      expect(copied.code, copied.err).toBe(0)
      expect((await desk.run('tracewright validate summarize-random-turn.ts')).code).toBe(0)
      isMended = false
      first = null

      // A dataset: stopped, gone on with as it says, killed, gone on with, and what failed made again.
      const create = `tracewright create summarize-random-turn.ts -o out -n 12 --repeat-seed -y --no-replies --part-rows 2 ${from}`
      let held = door.shut()
      const stopped = desk.start(create)
      await held
      stopped.child.kill('SIGINT')
      await until(() => /Stopping/.test(stopped.said()))
      door.release()
      const told = await stopped.ended
      expect(told.code, told.err).toBe(130)
      const goOn = printed(told.out, /Go on/)
      expect(goOn).toMatch(/ --resume/)

      held = door.shut()
      const killed = desk.start(goOn)
      await Promise.race([held, killed.ended])
      killed.child.kill('SIGKILL')
      await killed.ended
      door.release()

      const resumed = await desk.run(goOn)
      const manifest = JSON.parse(readFileSync(join(desk.folder, 'out/manifest.json'), 'utf8'))
      expect(manifest).toMatchObject({ status: 'complete', rejects: expect.any(Number) })
      expect(manifest.rejects, resumed.out).toBeGreaterThan(0)
      expect(manifest.rows + manifest.rejects).toBe(12)
      isMended = true
      const retried = await desk.run(printed(resumed.out, /Try failed rows again/))
      expect(retried.code, retried.err + retried.out).toBe(0)
      expect(JSON.parse((await desk.run('tracewright query out "select count(turn_summary) n from rows" --json')).out)).toEqual({ n: 12 })
    } finally {
      door.release()
      await server.close()
    }
  })
})

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(done => setTimeout(done, 5))
}
