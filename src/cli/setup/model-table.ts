import { columnsOf, inColumns } from '../terminal/columns.ts'
import { renderTable } from '../terminal/table.ts'
import type { NamedModel } from './named-models.ts'

/** Models as a table; where it is wider than the terminal, their names are cut, and where they are served is left to --json. */
export function modelTable(models: readonly NamedModel[], width: number, color: boolean): string {
  const whole = models.map(({ alias, model, provider, endpoint, key, from }) => [alias, model, provider, endpoint, key, from])
  if (widthOf(WHOLE, whole) <= width) return renderTable(WHOLE, whole, color)
  const rows = models.map(({ alias, model, provider, key }) => [alias, model, provider, key])
  const longest = Math.max(...models.map(({ model }) => columnsOf(model)))
  const room = Math.max(LEAST, longest - Math.max(0, widthOf(NARROW, rows) - width))
  const cut = rows.map(([alias, model, ...rest]) => [alias!, inColumns(model!, room), ...rest])
  return `${renderTable(NARROW, cut, color)}\n\nEndpoints, and where models are named: in a wider terminal, or --json`
}

const WHOLE = ['Alias', 'Model', 'Provider', 'Endpoint', 'Key', 'From']
const NARROW = ['Alias', 'Model', 'Provider', 'Key']

/** Less than this of a name says nothing. */
const LEAST = 12

function widthOf(head: readonly string[], rows: readonly (readonly string[])[]): number {
  return head.reduce((sum, name, i) => sum + Math.max(columnsOf(name), ...rows.map(row => columnsOf(row[i]!))), 2 * (head.length - 1))
}
