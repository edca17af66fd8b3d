import { afterAll, describe, expect, it } from 'vitest'
import { folderWith, readAll, removeFolders } from '../testing/read-fixture.ts'
import { answered, asked, done, event, FILE, rollout } from '../testing/thread.ts'

afterAll(removeFolders)

/** Origin of each user message, with what it was recognised as. */
async function voices(records: readonly object[]) {
  const row = (await readAll(folderWith({ [FILE]: rollout(records) }))).rows[0]!
  return row.message_meta.flatMap(({ origin, extra }, i) =>
    row.messages[i]!.role === 'user' ? [[origin, extra?.['harness'] ?? null]] : [],
  )
}

const typed = (message: string, more: object = {}) => event('user_message', { message, kind: 'plain', ...more })
const REDACTED = '[redacted]'

describe('whose words a user-role message holds', () => {
  it('is told by the event behind it, where texts were redacted', async () => {
    expect(
      await voices([asked(REDACTED), asked(REDACTED), typed(REDACTED), answered('1'), asked(REDACTED), typed(REDACTED), answered('2')]),
    ).toEqual([
      ['harness', 'unreported'],
      ['human', null],
      ['human', null],
    ])
  })

  it('is told where item and event were redacted in different words, and where the event stands first', async () => {
    expect(await voices([asked('<1>'), asked('<2>'), typed('<3>'), answered('1')])).toEqual([
      ['harness', 'unreported'],
      ['human', null],
    ])
    expect(await voices([asked('<environment_context>x</environment_context>'), typed('<3>'), asked('<2>'), answered('1')])).toEqual([
      ['harness', 'environment_context'],
      ['human', null],
    ])
  })

  it('tells what an editor put in front of typed words apart', async () => {
    const text = '# Context from my IDE setup:\n\n## Active file: beds.ts\n\n## My request for Codex:\nDig the long bed\n'
    for (const records of [
      [asked(text), typed(text), answered('1')],
      [asked(text), answered('1')],
    ]) {
      const row = (await readAll(folderWith({ [FILE]: rollout(records) }))).rows[0]!
      const at = row.message_meta.findIndex(({ origin }) => origin === 'human')
      expect(row.message_meta[at]!.extra).toEqual({ injected_blocks: [0] })
      expect(row.messages[at]!.content.map(block => block['text'])).toEqual([text.slice(0, text.indexOf('Dig')), 'Dig the long bed\n'])
    }
  })

  it('is told by items of turns as by events', async () => {
    const um = done('UserMessage', 'u1', { content: [{ type: 'text', text: REDACTED }] })
    expect(await voices([asked(REDACTED), asked(REDACTED), um, answered('1')])).toEqual([
      ['harness', 'unreported'],
      ['human', null],
    ])
  })

  it("is a person's where nothing is reported", async () => {
    expect(await voices([asked('<Button> is broken'), answered('1')])).toEqual([['human', null]])
    expect(await voices([asked('One'), typed('One'), answered('1'), asked('Two'), answered('2')])).toEqual([
      ['human', null],
      ['human', null],
    ])
  })

  it('is told by the words where these are equal, whatever they begin with', async () => {
    const words = '<environment_context> is what I want to see'
    expect(await voices([asked('<environment_context>x</environment_context>'), asked(words), typed(words), answered('1')])).toEqual([
      ['harness', 'environment_context'],
      ['human', null],
    ])
  })

  it('is told by what the record says of its blocks before any word', async () => {
    const kinds = (...content_item_kinds: string[]) => ({ internal_chat_message_metadata_passthrough: { content_item_kinds } })
    const records = [
      asked('Be kind', kinds('agents_md.instructions')),
      asked('# AGENTS.md instructions for me?', kinds('user.text')),
      answered('1'),
    ]
    expect(await voices(records)).toEqual([
      ['harness', 'agents_md.instructions'],
      ['human', null],
    ])
  })

  it("is a person's where a picture was sent without a word", async () => {
    const picture = { content: [{ type: 'input_image', image_url: 'data:image/png;base64,AA==' }] }
    expect(await voices([asked('<environment_context>x</environment_context>'), asked('', picture), typed(''), answered('1')])).toEqual([
      ['harness', 'environment_context'],
      ['human', null],
    ])
  })
})
