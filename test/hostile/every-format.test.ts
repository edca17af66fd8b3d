import './frozen-prototypes.ts'
import { afterAll, describe, expect, it } from 'vitest'
import { TracewrightError } from '../../src/errors.ts'
import { brokenInvariants } from '../../src/rollout/conversation/invariants.ts'
import type { RolloutRow } from '../../src/rollout/conversation/row.ts'
import { type FormatName, formatByName } from '../../src/rollout/known-formats.ts'
import { folderWith, readLogs, removeFolders } from '../../src/rollout/testing/read-logs.ts'
import { changedPrototypes } from './frozen-prototypes.ts'

/*
 * The example of each format, made hostile in ways that hold for any text of JSON, beside a good log: it costs itself at most.
 */

afterAll(removeFolders)
afterAll(() => expect(changedPrototypes()).toEqual([]))

const ID = '01a00000-0000-7000-8000-0000000000aa'
const GOOD = formatByName.get('claude_code')!.example('01a00000-0000-7000-8000-0000000000bb', ['Well.'])

const BORN_KEYS = '{"__proto__":{"cwd":"/evil","role":"user"},"constructor":{"prototype":{"model":1}},"hasOwnProperty":1,'

/** What is done to a log. */
const ATTACKS: { [name: string]: (log: string) => string } = {
  'keys by birth in every object': log => log.replaceAll('{"', `${BORN_KEYS}"`),
  'words by birth for every word': log => log.replace(/:"[a-z_]+"/g, ':"__proto__"'),
  'lists a hundred thousand deep for what the model said': log => log.replace('"Mended."', `${'['.repeat(100_000)}${']'.repeat(100_000)}`),
  'objects sixty thousand deep for what the model said': log => log.replace('"Mended."', `${'{"a":'.repeat(60_000)}1${'}'.repeat(60_000)}`),
  'numbers for every text': log => log.replace(/:"[^"\\]*"/g, ':17'),
  'null for every text': log => log.replace(/:"[^"\\]*"/g, ':null'),
  'lists for every object within': log => log.replace(/(?<=:)\{/g, '[{').replace(/\}(?=[,}\]])/g, '}]'),
  'half a character': log => log.replace('Mended.', '\\ud83d and \\udc00'),
  'what acts in a terminal': log => log.replace('Mended.', '\\u001b[2J\\u009b31m\\r\\u202e'),
  'its first half': log => log.slice(0, log.length >> 1),
  'its second half': log => log.slice(log.length >> 1),
  'NUL bytes before it': log => `${'\0'.repeat(50_000)}${log}`,
  'itself a thousand times': log => log.repeat(1000),
}

/** Rows of a folder; none where nothing was found in it. Throws what is no answer to a bad log. */
async function rowsOf(root: string, format: FormatName | 'auto'): Promise<RolloutRow[]> {
  try {
    return (await readLogs(root, { format })).rows
  } catch (error) {
    if (error instanceof TracewrightError && error.message.startsWith('Cannot read rollouts: no ')) return []
    throw error
  }
}

describe.each([...formatByName.keys()] as FormatName[])('a log of %s', format => {
  const own = Object.entries(formatByName.get(format)!.example(ID, ['Mended.']))

  it.each(Object.entries(ATTACKS))('with %s costs itself at most', async (_, attack) => {
    const bad = own.map(([path, log]) => [`bad/${path}`, attack(log)])
    const good = Object.entries(GOOD).map(([path, log]) => [`good/${path}`, log])
    const root = folderWith(Object.fromEntries([...bad, ...good]))
    const all = await rowsOf(root, 'auto')
    expect(all.map(row => row.final_assistant_message)).toContain('Well.')
    for (const row of [...all, ...(await rowsOf(`${root}/bad`, format))]) {
      expect(brokenInvariants(row)).toEqual([])
      expect(JSON.parse(JSON.stringify(row))).toEqual(row)
    }
  })
})
