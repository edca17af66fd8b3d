import * as clack from '@clack/prompts'
import { messageOf, TracewrightError } from '../../errors.ts'
import { findLocalServer } from '../../model/local-server.ts'
import { PREDEFINED_PROVIDERS } from '../../model/predefined-providers.ts'
import { type Answers, FORMATS, type Known, mistakeIn, pathOf, providerFrom, type Question, ROWS } from './answers.ts'
import { columnsOf, promptMistake, usualModel, usualPrompt } from './config-of-answers.ts'

/** Ask a person for the answers that no flag gave, each checked at once. Throws where the person stops; nothing is written by then. */
export async function askPerson(given: Partial<Answers>, force: boolean): Promise<Answers> {
  clack.intro('A config to begin with. Ctrl-C ends it, and then nothing is written.', TERMINAL)
  const answers: Partial<Answers> = { ...given }
  let known: Known = { columns: null, force, promptMistake: () => null }
  const ask = async (question: Question, how: () => Promise<string>): Promise<string> => {
    answers[question] ??= (await how()).trim()
    return answers[question]
  }
  const text = (question: Question, message: string, more: { placeholder?: string; initialValue?: string } = {}) =>
    entered(
      clack.text({
        message,
        ...more,
        ...TERMINAL,
        validate: value => mistakeIn(question, value ?? '', answers, known) ?? undefined,
      }),
    )
  const rows = await ask('rows', () =>
    choice(
      'What are the rows made of?',
      Object.entries(ROWS).map(([value, label]) => ({ value, label })),
    ),
  )
  if (rows === 'sessions') {
    await ask('format', () =>
      choice(
        'Whose sessions?',
        FORMATS.map(value => ({ value, ...(value === 'auto' ? { hint: 'each file is judged by its content' } : {}) })),
      ),
    )
    await ask('path', () =>
      text('path', 'Where are they?', { placeholder: answers.format === 'auto' ? 'a folder' : 'Enter for where the agent keeps them' }),
    )
  }
  if (rows === 'file') await ask('path', () => text('path', 'Which file?', { placeholder: 'rows.csv' }))
  if (rows === 'nothing')
    await ask('topics', () =>
      text('topics', 'What should they be about? Words, separated by commas', { placeholder: 'kites, lighthouses' }),
    )
  known = { ...known, ...(await columnsFor(answers as Answers)) }
  await ask('provider', async () => {
    const chosen = await choice('Who answers?', await providerChoices())
    return chosen === OTHER ? text('provider', 'Its name and URL', { placeholder: 'lab=http://127.0.0.1:8000/v1' }) : chosen
  })
  const { name, endpoint } = providerFrom(answers.provider!)
  if (endpoint !== null)
    await ask('key', () => text('key', 'Which variable of the environment holds its key?', { placeholder: 'Enter for none' }))
  await ask('model', () => text('model', 'Which model?', { initialValue: usualModel(name, endpoint) }))
  await ask('column', () => text('column', 'Name of the column that it writes', { initialValue: 'answer' }))
  await ask('prompt', () =>
    text('prompt', `What is it asked? {{ column }} stands for the row’s: ${known.columns!.slice(0, 8).join(', ')}`, {
      initialValue: usualPrompt(rows, known.columns!),
    }),
  )
  answers.judge ??= await entered(
    clack.confirm({ message: 'Let it judge each answer, too? That is one more question a row', initialValue: false, ...TERMINAL }),
  )
  await ask('output', () => text('output', 'Where is the config written to?', { initialValue: 'config.yaml' }))
  return { format: '', path: '', topics: '', key: '', ...answers } as Answers
}

/** What is said goes where questions of all commands go: the output stays for what programs read. */
const TERMINAL = { input: process.stdin, output: process.stderr }

const OTHER = 'another'

async function columnsFor(answers: Answers): Promise<Pick<Known, 'columns' | 'promptMistake'>> {
  try {
    const columns = await columnsOf({ ...answers, path: answers.path ?? '' })
    return { columns, promptMistake: prompt => promptMistake(prompt, columns) }
  } catch (error) {
    throw new TracewrightError('usage', `Cannot read rows of '${pathOf(answers.path)}': ${messageOf(error)}`, { cause: error })
  }
}

async function choice(message: string, options: { value: string; label?: string; hint?: string }[]): Promise<string> {
  return entered(clack.select({ message, options, maxItems: 12, ...TERMINAL }))
}

/** An answer. Who stops has stopped: that is no answer, and no mistake either. */
async function entered<T>(prompt: Promise<T>): Promise<Exclude<T, symbol>> {
  const answer = await prompt
  if (typeof answer !== 'symbol') return answer as Exclude<T, symbol>
  clack.cancel('Stopped. Nothing was written.', TERMINAL)
  throw new TracewrightError('cancelled', 'Stopped')
}

async function providerChoices(): Promise<{ value: string; label?: string; hint?: string }[]> {
  const local = await findLocalServer()
  const here =
    local === null
      ? []
      : [
          {
            value: `${local.name.toLowerCase().replaceAll(/\W+/g, '-')}=${local.endpoint}`,
            label: local.name,
            hint: `is running here, with ${local.models.slice(0, 3).join(', ')}`,
          },
        ]
  const predefined = PREDEFINED_PROVIDERS.filter(({ name }) => name !== 'llama-cpp').map(({ name, apiKey }) => ({
    value: name,
    hint:
      name === 'stand-in'
        ? 'no model: it makes texts of the prompt, to see that all works'
        : apiKey === null
          ? 'on this machine'
          : `${apiKey} ${process.env[apiKey] ? 'is set' : 'is not set'}`,
  }))
  const ready = (option: { hint: string }) => (option.hint.endsWith('is set') ? 0 : 1)
  return [...here, ...predefined.sort((a, b) => ready(a) - ready(b)), { value: OTHER, hint: 'anything that speaks chat completions' }]
}
