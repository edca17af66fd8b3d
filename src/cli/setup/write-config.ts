import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { makeFolder } from '../../disk/made-folders.ts'
import { refuseOverwrite } from '../../disk/overwrite.ts'
import { writeAside } from '../../disk/write-aside.ts'
import { TracewrightError } from '../../errors.ts'
import { ModelProvider } from '../../model/model-provider.ts'
import { configFromJSON } from '../../pipeline/config/builder.ts'
import { readYaml } from '../../pipeline/config/yaml/yaml-read.ts'
import { DataDesigner } from '../../pipeline/data-designer.ts'
import { systemReason } from '../../system-error.ts'
import { type Answers, type Known, mistakeIn, providerFrom, type Question } from './answers.ts'
import { columnsOf, filesOf, promptMistake, usualModel, usualPrompt, type Written } from './config-of-answers.ts'

/** Answers that flags gave, and the usual ones for the rest. Throws with every mistake; `isWhole` false: somebody will be asked for what is missing. */
export async function checkedAnswers(given: Partial<Answers>, { force, isWhole }: { force: boolean; isWhole: boolean }): Promise<Answers> {
  const columns = await columnsOf({ rows: given.rows ?? '', path: given.path ?? '' }).catch(() => null)
  const known: Known = {
    columns,
    force,
    promptMistake: prompt => promptMistake(prompt, columns),
  }
  const { name, endpoint } = providerFrom(given.provider ?? '')
  const usual: Partial<Answers> = {
    model: usualModel(name, endpoint),
    column: 'answer',
    prompt: usualPrompt(given.rows ?? '', columns ?? []),
    output: 'config.yaml',
  }
  const answers = { format: '', path: '', topics: '', key: '', rows: '', provider: '', judge: false, ...usual, ...given } as Answers
  const asked = QUESTIONS.filter(question => isWhole || given[question] !== undefined)
  const mistakes = asked.flatMap(question => {
    const mistake = mistakeIn(question, answers[question], isWhole ? answers : given, known)
    // Which model is the usual one follows from the provider.
    const follows = question === 'model' && given.model === undefined && mistakeIn('provider', answers.provider, answers, known) !== null
    return mistake === null || follows ? [] : [`${flagOf(question)}: ${mistake}`]
  })
  if (mistakes.length > 0)
    throw new TracewrightError(
      'usage',
      mistakes.length === 1
        ? `Cannot write a config: ${mistakes[0]}`
        : `Cannot write a config:\n${mistakes.map(line => `  - ${line}`).join('\n')}`,
      isWhole && process.stdin.isTTY !== true ? { hint: 'On a terminal you are asked' } : {},
    )
  return answers
}

/** In the order in which they are asked, and checked: some depend on those before. */
const QUESTIONS: readonly Question[] = ['rows', 'format', 'path', 'topics', 'provider', 'key', 'model', 'column', 'prompt', 'output']

/** Write the config of the answers, after it was seen to be valid. Nothing is left where something goes wrong. */
export async function writeConfig(answers: Answers, force: boolean): Promise<Written & { warnings: string[] }> {
  const written = filesOf(answers)
  const { name, endpoint } = providerFrom(answers.provider)
  const builder = configFromJSON(readYaml(written.files[0]!.text, written.files[0]!.path))
  builder.baseFolder = dirname(resolve(written.files[0]!.path))
  const modelProviders = endpoint === null ? [] : [new ModelProvider({ name, endpoint })]
  const { warnings } = await new DataDesigner({ modelProviders }).validate(builder)
  for (const { path } of written.files) refuseOverwrite(path, force)
  const made: string[] = []
  try {
    for (const { path, text } of written.files) {
      makeFolder(dirname(resolve(path)))
      const isNew = !existsSync(path)
      if (isNew) writeFileSync(path, text, { flag: 'wx' })
      else writeAside(path, Buffer.from(text))
      if (isNew) made.push(path)
    }
  } catch (error) {
    for (const path of made) rmSync(path, { force: true })
    if (error instanceof TracewrightError) throw error
    throw new TracewrightError('file', `Cannot write '${written.files[made.length]?.path ?? answers.output}': ${systemReason(error)}`, {
      cause: error,
    })
  }
  return { ...written, warnings }
}

function flagOf(question: Question): string {
  return question === 'output' ? '-o' : `--${question}`
}
