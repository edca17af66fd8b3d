import { posix } from 'node:path'
import { readJsonOr } from '../../../json/exact.ts'
import { isObject, type Json, type JsonObject, numberOrNull } from '../../../json/json.ts'
import { isoTime } from '../../conversation/iso-time.ts'
import type { Usage } from '../../conversation/row.ts'
import type { Unit } from '../../format.ts'
import type { Source } from '../../log/source.ts'

/** What files beside the messages say of a task. */
export type Beside = {
  manifest: JsonObject // of a session of the command line
  item: JsonObject // of a task in the editor
  usage: Usage | null
  times: string[]
}

const NAMES = ['ui_messages.json', 'history_item.json', 'task_metadata.json']

/** A unit with the files that are joined to it, so that a change in one of them is seen. */
export function withSideFiles(source: Source, unit: Unit): Unit {
  const file = unit.files[0]!
  const folder = posix.dirname(file)
  const manifest = file.replace(/\.messages\.json$/, '.json')
  const beside = [...(manifest === file ? NAMES.map(name => `${folder}/${name}`) : [manifest])]
  return { ...unit, files: [file, ...beside.filter(path => source.facts(path) !== null)] }
}

/** Read what lies beside the messages. */
export async function readBeside(source: Source, { files: [file, ...others] }: Unit): Promise<Beside> {
  const read = async (path: string | undefined) => (path === undefined ? null : source.json(path).catch(() => null))
  const named = (name: string) => others.find(path => posix.basename(path) === name)
  const manifest = await read(others.find(path => !NAMES.includes(posix.basename(path))))
  const item = (await read(named('history_item.json'))) ?? (await itemInIndex(source, file!))
  const shown = await read(named('ui_messages.json'))
  const messages = Array.isArray(shown) ? shown.filter(isObject) : []
  return {
    manifest: isObject(manifest) ? manifest : {},
    item: isObject(item) ? item : {},
    usage: usageOf(messages),
    times: messages.flatMap(({ ts }) => isoTime(ts) ?? []),
  }
}

/** What the list of tasks says of one: older versions have one list for all. */
async function itemInIndex(source: Source, file: string): Promise<Json> {
  const folder = posix.dirname(file)
  const storage = posix.dirname(posix.dirname(folder))
  const path = `${storage === '.' ? '' : `${storage}/`}state/taskHistory.json`
  const list = await source.shared(`cline tasks ${path}`, () => source.json(path).catch(() => null))
  return (Array.isArray(list) && list.find(item => isObject(item) && item['id'] === posix.basename(folder))) || null
}

/** Tokens of a task: what people are shown of each request. */
function usageOf(messages: readonly JsonObject[]): Usage | null {
  const requests = messages.flatMap(({ say, text }) => {
    const request = say === 'api_req_started' && typeof text === 'string' ? readJsonOr(text) : null
    return isObject(request) && numberOrNull(request['tokensIn']) !== null ? [request] : []
  })
  if (requests.length === 0) return null
  const sum = (key: string) => requests.reduce((total, request) => total + (numberOrNull(request[key]) ?? 0), 0)
  return {
    input_tokens: sum('tokensIn') + sum('cacheReads') + sum('cacheWrites'),
    output_tokens: sum('tokensOut'),
    cached_input_tokens: sum('cacheReads'),
    cache_write_tokens: sum('cacheWrites'),
    reasoning_tokens: null,
    cost_usd: sum('cost'),
  }
}
