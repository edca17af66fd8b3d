import { Models } from '../../model/connect.ts'
import { ModelConfig } from '../../model/model-config.ts'
import { ModelProvider } from '../../model/model-provider.ts'
import { ToolServers } from '../../model/tools/tool-servers.ts'
import { Random } from '../../random.ts'
import type { Row } from '../../row.ts'
import type { CellContext, ColumnConfig, TemplateMode } from '../column.ts'

/** How a column is tried: in which mode, as which row, against which server. Without an endpoint the stand-in answers. */
export type FillOptions = { mode?: TemplateMode; rowKey?: string; seed?: number; endpoint?: string; signal?: AbortSignal }

/** Data Designer's way with templates. */
export const AS_DATA_DESIGNER: TemplateMode = { values: 'python', profile: 'strict', compat: 'data_designer' }

/** Compute a column for one row, as a run does, with the model 'writer' behind it. */
export async function fill(column: ColumnConfig, row: Row, options: FillOptions = {}): Promise<Row[]> {
  const { mode = { values: 'json', profile: 'full' }, endpoint } = options
  const generator = column.open(mode)
  return generator.kind === 'row'
    ? generator.generate(row, contextOf(column, options, endpoint))
    : generator.generate([row], contextOf(column, options, endpoint))
}

/** The one cell a column computes for a row. */
export async function cellOf(column: ColumnConfig, row: Row, options: FillOptions = {}): Promise<Row[string] | undefined> {
  return (await fill(column, row, options))[0]?.[column.name]
}

function contextOf(column: ColumnConfig, options: FillOptions, endpoint: string | undefined): CellContext {
  const { rowKey = '0', seed = 1, signal = new AbortController().signal } = options
  const provider = endpoint === undefined ? 'stand-in' : 'here'
  const models = new Models([new ModelConfig({ alias: 'writer', model: 'm', provider })], {
    providers: endpoint === undefined ? [] : [new ModelProvider({ name: 'here', endpoint })],
    retry: { attempts: 1 },
  })
  const randomOf = (name: string) => new Random(seed, 'column', name, rowKey)
  return {
    rowKey,
    random: randomOf(column.name),
    randomOf,
    signal,
    model: alias => models.get(alias),
    tools: alias => new ToolServers([], [], false).box(alias),
  }
}
