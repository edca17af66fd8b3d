import { afterAll, describe, expect, it } from 'vitest'
import { textOf } from '../../conversation/blocks.ts'
import { folderWith, readLogs, removeFolders } from '../../testing/read-logs.ts'

afterAll(removeFolders)

const START = '# aider chat started at 2026-03-01 10:00:00\n\n'

async function dialogueOf(history: string): Promise<string[]> {
  const { rows } = await readLogs(folderWith({ '.aider.chat.history.md': START + history }))
  return rows.flatMap(({ messages }) => messages.map(({ role, content }) => `${role}: ${textOf(content)}`))
}

describe('a history of Aider', () => {
  it.each([
    [
      'a heading and a quote of the model',
      '#### Fly  \n\nWhy?\n\n#### Wind\n> said the kite\n',
      ['user: Fly', 'assistant: Why?\n\n#### Wind\n> said the kite'],
    ],
    [
      "several lines of the program's",
      '#### Fly  \n\n> Linting\nkite.py:1 wind\nkite.py:2 rain  \n\nFlown.\n',
      ['user: Fly', 'assistant: Flown.'],
    ],
    ['lines that end as Windows ends them', '#### Fly  \r\n#### high  \r\n\r\nFlown.\r\n', ['user: Fly\nhigh', 'assistant: Flown.']],
    [
      'no spaces at the ends of lines',
      '#### Fly\n\nFlown.\n\n> Tokens: 9 sent, 1 received.\n\n#### Land\nLanded.\n',
      ['user: Fly', 'assistant: Flown.', 'user: Land', 'assistant: Landed.'],
    ],
    ['a command that prints', '#### /run ls  \nkite.py\n\n#### Fly  \n\nFlown.\n', ['user: Fly', 'assistant: Flown.']],
    [
      'a command that a model answers',
      '#### /lint  \n\nMended.\n\n> Tokens: 9 sent, 1 received.  \n',
      ['user: /lint', 'assistant: Mended.'],
    ],
    ['a question', '#### /ask why?  \n\nWind.\n', ['user: /ask why?', 'assistant: Wind.']],
    [
      'a command for the model without words',
      '#### /ask  \n> Now in ask mode  \n\n#### Why?  \n\nWind.\n',
      ['user: Why?', 'assistant: Wind.'],
    ],
    ['two prompts in a row', '#### Fly  \n\n#### Higher  \n\nFlown.\n', ['user: Fly', 'user: Higher', 'assistant: Flown.']],
    ['thoughts alone', '#### Fly  \n\n--------------\n► **THINKING**\n\nWind.\n', ['user: Fly', 'assistant: ']],
  ])('with %s', async (_, history, dialogue) => {
    expect(await dialogueOf(history)).toEqual(dialogue)
  })

  it('gives a run the id it had before more was said in it', async () => {
    const idsOf = async (history: string) => (await readLogs(folderWith({ 'a.chat.history.md': history }))).rows.map(row => row.trace_id)
    const before = await idsOf(`${START}#### Fly  \n\nFlown.\n`)
    const grown = `${START}#### Fly  \n\nFlown.\n\n#### Land  \n\nLanded.\n\n${START.replace('10:00', '11:00')}#### Fly  \n\nFlown.\n`
    expect((await idsOf(grown))[0]).toBe(before[0])
    expect(new Set(await idsOf(grown)).size).toBe(2)
  })
})
