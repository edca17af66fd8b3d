import { readLabels } from '../../labels/label-log.ts'
import type { DeclaredName } from '../../labels/label-names.ts'
import { labelSums } from '../../labels/label-summary.ts'
import type { Row } from '../../row.ts'
import { visibleLine } from '../../visible.ts'
import { counted, wantsColor } from '../terminal/print.ts'
import { say, sayAside, sayJson, show } from '../terminal/say.ts'
import { renderTable } from '../terminal/table.ts'

/** What was said, label by label: as a table, as lines of JSON, or into a file. */
export async function listLabels(store: string, session: string | null, { json, output }: Form): Promise<void> {
  const labels = readLabels(store).filter(({ trace_id }) => session === null || trace_id.startsWith(session))
  if (output !== undefined) {
    const { exportRows } = await import('../../dataset/run/rows.ts')
    async function* rows(): AsyncIterable<Row> {
      for (const { trace_id, message, name, value, by, at } of labels) yield { trace_id, message, name, value, by, at }
    }
    sayAside(`${counted(await exportRows(rows(), output, { types: LABEL_TYPES }), 'label')} → ${output}`)
  } else if (json) for (const one of labels) sayJson(one)
  else if (labels.length === 0)
    sayAside(session === null ? 'Nothing is labelled yet' : `Nothing was said of a session '${visibleLine(session)}'`)
  else
    table(
      ['session', 'message', 'what', 'value', 'by', 'at'],
      labels.map(({ trace_id, message, name, value, by, at }) =>
        [trace_id, message === null ? '' : `#${message}`, name, value, by, at.slice(0, 16)].map(visibleLine),
      ),
    )
}

type Form = { json?: boolean; output?: string }

/** Values that are told of a name in a terminal; `--json` has all. */
const SHOWN_VALUES = 20

const LABEL_TYPES = { trace_id: 'text', message: 'integer', name: 'text', value: 'text', by: 'text', at: 'text' } as const

/** What was said in all: each name with its values, who said how much, and how far people agree. */
export function summariseLabels(store: string, { json }: Form): void {
  const sums = labelSums(readLabels(store))
  if (json) {
    sayJson(sums)
    return
  }
  if (sums.labels === 0) {
    sayAside('Nothing is labelled yet')
    return
  }
  say(
    `${counted(sums.labels, 'label')} on ${counted(sums.sessions, 'session')} by ${sums.raters.map(({ value, count }) => `${visibleLine(value)} (${count})`).join(', ')}\n`,
  )
  const rows = sums.names.flatMap(({ name, values }) => [
    ...values
      .slice(0, SHOWN_VALUES)
      .map(({ value, count, by }) => [
        visibleLine(name),
        visibleLine(value),
        count,
        by.map(one => `${visibleLine(one.value)} ${one.count}`).join(', '),
      ]),
    ...(values.length > SHOWN_VALUES
      ? [[visibleLine(name), `and ${counted(values.length - SHOWN_VALUES, 'other value')}: --json`, '', '']]
      : []),
  ])
  table(['what', 'value', 'labels', 'by'], rows)
  say('')
  tellAgreement(sums.agreement, {})
}

/** How far those who rated the same agree. */
export function tellAgreement(found: ReturnType<typeof labelSums>['agreement'], { json }: Form): void {
  if (json) for (const one of found) sayJson(one)
  else if (found.length === 0) sayAside('No two people have rated the same session or message yet')
  else
    table(
      ['what', 'by', 'both rated', 'alike', 'kappa'],
      found.map(({ name, raters, items, agreed, kappa }) => [
        visibleLine(name),
        raters.map(visibleLine).join(', '),
        items,
        `${Math.round((agreed / items) * 100)} %`,
        kappa === null ? 'says nothing' : kappa.toFixed(2),
      ]),
    )
}

/** What may be said. */
export function tellDeclared(declared: readonly DeclaredName[], { json }: Form): void {
  if (json) for (const one of declared) sayJson(one)
  else if (declared.length === 0) sayAside('Nothing is declared: any name and any value may be said')
  else
    table(
      ['what', 'values'],
      declared.map(({ name, values }) => [name, values.map(visibleLine).join(', ')]),
    )
}

function table(head: string[], rows: (string | number)[][]): void {
  show(renderTable(head, rows, wantsColor(process.stdout)))
}
