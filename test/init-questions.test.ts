import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ChatServer, say } from '../src/model/testing/chat-server.ts'
import { startCli } from './cli-process.ts'
import { root } from './sources.ts'

const top = mkdtempSync(join(tmpdir(), 'tracewright-questions-'))
afterAll(() => rmSync(top, { recursive: true, force: true }))

let folder: string
let count = 0
beforeEach(() => {
  folder = join(top, String(count++))
  mkdirSync(folder)
  writeFileSync(join(folder, 'rows.csv'), 'id,text\n1,Mend the kite\n2,Paint the boat\n')
})

const run = (...args: string[]) => startCli(args, folder).output
const init = (...args: string[]) => run('init', ...args)

describe('by flags', () => {
  it.each([
    ['rows of a file', ['--rows', 'file', '--path', 'rows.csv'], ['id', 'text', 'answer']],
    [
      'rows from nothing',
      ['--rows', 'nothing', '--topics', 'kites, no, on, 1_000, null', '--judge'],
      ['topic', 'tone', 'answer', 'answer_quality'],
    ],
    [
      'sessions',
      ['--rows', 'sessions', '--format', 'claude_code', '--path', join(root, 'examples/logs/claude_code')],
      ['trace_id', 'messages', 'answer'],
    ],
  ])('%s make a config that is valid and runs', async (_, flags, columns) => {
    const written = await init(...flags, '--provider', 'stand-in', '-o', 'of its own/config.yaml')
    expect([written.code, written.stderr]).toEqual([0, ''])
    const [preview, create] = [...written.stdout.matchAll(/: tracewright (.*)/g)].map(([, words]) =>
      words!.split(/ (?=(?:[^']*'[^']*')*[^']*$)/).map(word => word.replaceAll("'", '')),
    )
    const valid = await run('validate', 'of its own/config.yaml')
    expect([valid.code, valid.stderr]).toEqual([0, ''])
    const shown = await run(...preview!, '--json', '-n', '2', '--no-replies')
    expect(shown.code, shown.stderr).toBe(0)
    expect(Object.keys(JSON.parse(shown.stdout.split('\n')[0]!))).toEqual(expect.arrayContaining(columns))
    expect((await run(...create!, '--no-replies')).code).toBe(0)
  })

  it('a provider of its own is asked, with the key that a variable holds', async () => {
    await using server = await ChatServer.start((_, __, response) => say(response, 'told'))
    const written = await init(
      '--rows',
      'file',
      '--path',
      'rows.csv',
      '--provider',
      `lab=${server.endpoint}`,
      '--key',
      'LAB_KEY',
      '--model',
      'm',
      '-o',
      'c.json',
    )
    expect(written.stdout).toContain('tracewright preview c.json --providers c.providers.yaml')
    const shown = await startCli(['preview', 'c.json', '--providers', 'c.providers.yaml', '--json', '-n', '1', '--no-replies'], folder, {
      LAB_KEY: 'k3y',
    }).output
    expect(JSON.parse(shown.stdout)).toMatchObject({ id: 1, answer: 'told' })
    expect(server.seen.every(({ headers }) => headers.authorization === 'Bearer k3y')).toBe(true)
    for (const name of ['c.json', 'c.providers.yaml']) expect(readFileSync(join(folder, name), 'utf8')).not.toContain('k3y')
  })

  it('tells all mistakes at once, with a guess, and writes nothing', async () => {
    const { code, stderr } = await init(
      ...[
        '--rows',
        'file',
        '--path',
        'rows.cvs',
        '--provider',
        'opnai',
        '--key',
        'a secret',
        '--column',
        'my column',
        '--prompt',
        '{{ x',
        '-o',
        'c.txt',
      ],
    )
    expect(code).toBe(2)
    for (const part of [
      "--path: found 'rows.cvs'",
      "Did you mean 'openai'?",
      '--key: found no name of a variable',
      "--column: found 'my column'",
      '--prompt: ',
      "-o: found 'c.txt'",
    ])
      expect(stderr).toContain(part)
    expect(stderr).not.toContain('--model')
    expect(stderr).not.toContain('a secret')
    expect(readdirSync(folder)).toEqual(['rows.csv'])
  })

  it.each([
    [['--rows', 'filee'], "Did you mean 'file'?"],
    [['--rows', 'sessions', '--format', 'cluade_code'], "Did you mean 'claude_code'?"],
    [['--rows', 'sessions', '--format', 'auto'], 'only an agent has a usual place'],
    [['--rows', 'nothing'], '--topics: found nothing'],
    [['--rows', 'file', '--path', 'rows.csv', '--column', 'text'], 'which the rows have already'],
    [['--rows', 'file', '--path', 'rows.csv', '--prompt', '{{ txt }}'], '--prompt: it reads txt, expected some of id, text'],
    [['--rows', 'file', '--path', 'rows.csv', '--provider', 'lab=ftp://x'], 'expected a URL'],
    [['--provider', 'stand-in'], '--rows: found nothing, expected one of sessions, file, nothing'],
    [['distill.yaml', '--rows', 'nothing'], 'found both'],
  ])('%j is refused', async (flags, told) => {
    const { code, stderr } = await init(...flags)
    expect([code, stderr]).toEqual([2, expect.stringContaining(told)])
    expect(readdirSync(folder)).toEqual(['rows.csv'])
  })

  it('writes over nothing that is there', async () => {
    writeFileSync(join(folder, 'config.yaml'), 'mine')
    const flags = ['--rows', 'file', '--path', 'rows.csv', '--provider', 'stand-in']
    expect((await init(...flags)).stderr).toContain("-o: 'config.yaml' is there already")
    expect(readFileSync(join(folder, 'config.yaml'), 'utf8')).toBe('mine')
    expect((await init(...flags, '--force')).code).toBe(0)
  })
})

/* Somebody at a terminal: a real one, which util-linux's `script` makes. */
const hasTerminal = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') === true

describe.skipIf(!hasTerminal)('by questions', () => {
  const [DOWN, ENTER, CTRL_C, CLEAR] = ['\x1b[B', '\r', '\x03', '\x15']
  let child: ChildProcess | null = null
  afterEach(() => void child?.kill('SIGKILL'))

  class Person {
    private readonly ended: Promise<number | null>
    private said = ''
    private heard: () => void = () => {}

    constructor(...args: string[]) {
      const command = [process.execPath, join(root, 'bin/tracewright.mjs'), 'init', ...args].map(word => `'${word}'`).join(' ')
      // What has no window has no width.
      const started = spawn('script', ['-qefc', `stty cols 100 rows 40; exec ${command}`, '/dev/null'], {
        cwd: folder,
        env: { ...process.env, TERM: 'xterm', COLUMNS: '100', LINES: '40' },
      })
      child = started
      started.stdout.on('data', piece => {
        this.said += stripVTControlCharacters(String(piece))
        this.heard()
      })
      this.ended = new Promise(done => started.once('close', code => done(code)))
    }

    /** Wait for a text, then type. */
    async at(text: string, ...keys: string[]): Promise<void> {
      while (!this.said.includes(text))
        await Promise.race([
          new Promise<void>(done => (this.heard = done)),
          this.ended.then(() => Promise.reject(new Error(`Ended before '${text}':\n${this.said}`))),
        ])
      this.said = this.said.slice(this.said.indexOf(text) + text.length)
      for (const key of keys) child!.stdin!.write(key)
    }

    end(): Promise<number | null> {
      return this.ended
    }
  }

  it('each answer is checked at once, and the config is valid', async () => {
    const person = new Person('--provider', 'stand-in')
    await person.at('What are the rows made of?', DOWN, ENTER)
    await person.at('Which file?', 'rows.cvs', ENTER)
    await person.at("found 'rows.cvs'", CLEAR, 'rows.csv', ENTER)
    await person.at('Which model?', ENTER)
    await person.at('Name of the column', CLEAR, 'text', ENTER)
    await person.at('which the rows have already', CLEAR, 'said', ENTER)
    await person.at('What is it asked?', CLEAR, 'Say {{ txt }}', ENTER)
    await person.at('it reads txt', CLEAR, 'Say {{ text }}', ENTER)
    await person.at('Let it judge', 'y')
    await person.at('Where is the config written to?', ENTER)
    await person.at('Wrote config.yaml')
    expect(await person.end()).toBe(0)
    const shown = await run('preview', 'config.yaml', '--json', '-n', '1', '--no-replies')
    expect(JSON.parse(shown.stdout)).toMatchObject({ id: 1, said: expect.any(String), said_quality: { helpful: expect.anything() } })
  })

  it.each(['What are the rows made of?', 'What should they be about?', 'Where is the config written to?'])(
    'Ctrl-C at ‘%s’ leaves nothing',
    async place => {
      const person = new Person('--provider', 'stand-in', '--model', 'm', '--column', 'a', '--prompt', '{{ topic }}', '--judge')
      const steps: [string, string[]][] = [
        ['What are the rows made of?', [DOWN, DOWN, ENTER]],
        ['What should they be about?', ['kites', ENTER]],
        ['Where is the config written to?', [ENTER]],
      ]
      for (const [text, keys] of steps) {
        await person.at(text, ...(text === place ? [CTRL_C] : keys))
        if (text === place) break
      }
      expect(await person.end()).toBe(130)
      expect(readdirSync(folder)).toEqual(['rows.csv'])
    },
  )

  it('a flag that is wrong is told before anything is asked', async () => {
    const person = new Person('--rows', 'filee')
    await person.at("Did you mean 'file'?")
    expect(await person.end()).toBe(2)
    expect(existsSync(join(folder, 'config.yaml'))).toBe(false)
  })
})
