import { Argument, Command, InvalidArgumentError } from 'commander'
import { refuseOverwrite } from '../../disk/overwrite.ts'
import { TracewrightError } from '../../errors.ts'
import type { Label } from '../../labels/label.ts'
import type { DeclaredName } from '../../labels/label-names.ts'
import { type SelectFlags, selectorsAt, withSearch, withSelectors } from '../options/select-options.ts'
import { EXIT } from '../terminal/exit.ts'
import { counted } from '../terminal/print.ts'
import { sayAside, sayJson } from '../terminal/say.ts'

/** `tracewright label`: what a person says of rows and messages. */
export function label(): Command {
  return withSearch(withSelectors(new Command('label')))
    .summary('accept, reject, tag or note sessions and messages')
    .description(
      'Say something of a session, of one of its messages, or of all sessions that selectors take. It is kept beside the store and read as\n' +
        'columns by query, export, seeds and pipelines: label, label_tags, label_notes, label_by, label_values, message_labels, message_accepted,\n' +
        'and label_NAME for each name of your own.',
    )
    .argument('[session]', 'trace id or how it begins, last, last:3; all to take what selectors take')
    .addArgument(new Argument('[verdict]', 'of the session, or of --message').choices(['accept', 'reject']))
    .option('-s, --store <path>', 'store; default: the one in this folder')
    .option('-m, --message <n>', 'of this message: #n as show tells it', index)
    .option('-t, --tag <tag...>', 'put tags on it')
    .option('-n, --note <text...>', 'put notes to it')
    .option('--set <name=value...>', 'say something under a name of your own, such as quality=4; the last of a name counts')
    .option('--by <name>', 'who says it; default: the user of this machine')
    .option('--undo', 'take back what is named')
    .option(
      '--declare [name=values...]',
      'only these values may be said from now on, as quality=1..5 or issue=wrong,unsafe; alone: tell what is declared',
    )
    .option('--list', 'list what was said')
    .option('-o, --output <file>', 'with --list: write it to FILE.jsonl, FILE.parquet, FILE.csv or FILE.json')
    .option('--force', 'write over FILE')
    .option('--summary', 'sum up what was said: names, values, people, and how far they agree')
    .option('--agreement', 'tell how far those who rated the same agree, name by name')
    .option('--json', 'print lines of JSON')
    .action(async (session: string | undefined, verdict: 'accept' | 'reject' | undefined, flags: LabelFlags) => {
      const { Sessions, storeAt, storeHere } = await import('../../dataset/find-sessions.ts')
      const isTold = flags.list || flags.summary || flags.agreement || flags.declare !== undefined
      const store = flags.store === undefined ? storeHere('.') : isTold ? storeAt(flags.store, 'tell labels of') : flags.store
      if (flags.output !== undefined && !flags.list) throw new TracewrightError('usage', 'Cannot write labels: --output goes with --list')
      if (flags.list || flags.summary || flags.agreement) {
        const { listLabels, summariseLabels, tellAgreement } = await import('./label-lists.ts')
        if (flags.output !== undefined) refuseOverwrite(flags.output, flags.force)
        if (flags.list) await listLabels(store, session ?? null, flags)
        else if (flags.summary) summariseLabels(store, flags)
        else {
          const [{ agreementOf }, { readLabels }] = await Promise.all([
            import('../../labels/agreement.ts'),
            import('../../labels/label-log.ts'),
          ])
          tellAgreement(agreementOf(readLabels(store)), flags)
        }
      } else if (flags.declare !== undefined) {
        const { declaredNames, declareNames } = await import('../../labels/label-names.ts')
        const { tellDeclared } = await import('./label-lists.ts')
        const names = flags.declare === true ? [] : flags.declare.map(declaration)
        tellDeclared(names.length === 0 ? declaredNames(store) : declareNames(store, names), flags)
      } else {
        if (session === undefined)
          throw new TracewrightError('usage', 'Cannot label: found no session', { hint: 'Name one, or all with selectors' })
        const { addLabels } = await import('../../labels/labels.ts')
        const found = await Sessions.find(store, session === 'all' ? null : session, await selectorsAt(store, flags))
        const report = await addLabels(store, {
          sessions: found.found.map(({ trace_id }) => trace_id),
          message: flags.message ?? null,
          labels: labelsOf(verdict, flags),
          by: flags.by ?? null,
          undo: flags.undo === true,
        })
        if (flags.json) sayJson({ sessions: found.found.length, ...report })
        else
          sayAside(
            `${counted(found.found.length, 'session')} labelled; ${counted(report.labels, 'label')} on ${counted(report.rows, 'row')}${lost(report.lost.length)}`,
          )
      }
      process.exitCode = EXIT.done
    })
}

type LabelFlags = SelectFlags & {
  store?: string
  message?: number
  tag?: string[]
  note?: string[]
  by?: string
  undo?: boolean
  list?: boolean
  summary?: boolean
  agreement?: boolean
  declare?: true | string[]
  output?: string
  force?: boolean
  set?: string[]
  json?: boolean
}

function labelsOf(verdict: 'accept' | 'reject' | undefined, { tag = [], note = [], set = [] }: LabelFlags): Label[] {
  return [
    ...(verdict === undefined ? [] : [{ name: 'verdict', value: verdict } as const]),
    ...tag.map(value => ({ name: 'tag', value }) as const),
    ...note.map(value => ({ name: 'note', value }) as const),
    ...set.map(ownLabel),
  ]
}

function ownLabel(text: string): Label {
  const at = text.indexOf('=')
  if (at < 1) throw new TracewrightError('usage', `Cannot use --set '${text}': expected name=value, such as quality=4`)
  return { name: text.slice(0, at), value: text.slice(at + 1) }
}

/** `quality=1..5` or `issue=wrong,unsafe`; `issue=` takes it back. */
function declaration(text: string): DeclaredName {
  const at = text.indexOf('=')
  if (at < 1) throw new TracewrightError('usage', `Cannot use --declare '${text}': expected name=value,value, such as quality=1..5`)
  return {
    name: text.slice(0, at),
    values: text
      .slice(at + 1)
      .split(',')
      .filter(value => value !== ''),
  }
}

function lost(count: number): string {
  return count === 0 ? '' : `; ${counted(count, 'label')} of messages that are no longer there, kept (--list)`
}

function index(text: string): number {
  const value = Number(text.replace(/^#/, ''))
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('Expected the number of a message, from 0.')
  return value
}
