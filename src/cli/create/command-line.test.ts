import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { Random } from '../../random.ts'
import { commandLine } from './command-line.ts'
import { create } from './create.ts'
import { GO_ON } from './create-summary.ts'
import { preview } from './preview.ts'

/** A command that was parsed and does nothing. */
async function parsed(make: typeof create, words: readonly string[]) {
  const command = make()
    .exitOverride()
    .action(() => {})
  await command.parseAsync([...words], { from: 'user' })
  return command
}

/** The words of a line as a shell reads them, without the program. */
function wordsOf(line: string): string[] {
  const script = `tracewright() { printf '%s\\0' "$@"; }\n${line}`
  return execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8', cwd: '/' }).split('\0').slice(0, -1)
}

/** Values of every option that takes one, some of them nasty. */
const VALUES: Record<string, string[]> = {
  '--num-records': ['7', 'all'],
  '--max-cost': ['0.0004', '12'],
  '--prices': ['prices.json', 'my prices.json', "it's.json"],
  '--provider': ['lab=http://127.0.0.1:8000/v1', 'b=https://h/v1?x=$HOME&y=*'],
  '--accept': ["lab.outcome == 'success'", 'quality.score >= 4 && `x`'],
  '--output': ['out', 'my out', '~/out', '-out', '$(touch x)', 'line\nbreak'],
  '--name': ['set "one"', '`touch x`', '-n', '!!'],
  '--replies': ['r.jsonl', '--no-replies'],
  '--functions': ['./f.ts'],
  '--providers': ['p.yaml'],
}

describe('a command line to go on with never loosens anything', () => {
  const random = new Random(20_260_801)
  for (let n = 0; n < 200; n++) {
    const make = n % 4 === 3 ? preview : create
    const options = make().options.filter(option => option.long !== '--exactly' && option.long !== '--version')
    const words = options.flatMap(option => {
      if (random.next() < 0.5) return []
      if (!option.required) return [option.long!]
      const value = random.pick(
        (make === preview && option.long === '--num-records' ? undefined : VALUES[option.long!]) ??
          option.argChoices ?? [String(1 + random.integer(50))],
      )!
      return option.long === '--provider' && random.next() < 0.5
        ? [option.long, value, option.long, 'c=http://c/v1']
        : [option.long!, value]
    })
    it(`${make().name()} ${words.join(' ')}`, async () => {
      const config = random.pick(['c.yaml', 'my configs/c.yaml', '$(touch x).yaml', './-c.yaml', "it's *.yaml"])!
      const command = await parsed(make, [config, ...words])
      const again = (line: string) => parsed(make, wordsOf(line).slice(1))
      const same = await again(commandLine(command))
      expect(same.opts()).toEqual(command.opts())
      expect(same.args).toEqual([config])
      if (make === preview) return
      expect((await again(commandLine(command, { ...GO_ON, output: 'a dir' }))).opts()).toEqual({
        ...command.opts(),
        retryFailed: undefined,
        force: undefined, // what was put between other things is there by now
        resume: true,
        output: 'a dir',
      })
      const retry = (await again(commandLine(command, { ...GO_ON, resume: null, retryFailed: true }))).opts()
      expect(retry).toEqual({ ...command.opts(), resume: undefined, retryFailed: true, force: undefined })
      // Whoever asks to draw rows again asks for nothing else.
      const repeat = (await again(commandLine(command, { ...GO_ON, repeatSeed: true }))).opts()
      expect(repeat).toEqual({ ...command.opts(), resume: true, retryFailed: undefined, force: undefined, repeatSeed: true })
    })
  }
})
