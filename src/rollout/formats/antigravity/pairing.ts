import { isObject, type JsonObject, numberOrNull, stringIn } from '../../../json/json.ts'
import { elementsOf, sourceAt } from '../../../json/source-text.ts'
import type { Entry } from '../../log/entries.ts'

/** The calls of the last response that have no result: neither has an id in a transcript, so that ids are made of the step's number. */
export class OpenCalls {
  private open: { id: string; name: string }[] = []

  /** Whether a result is waited for. */
  get isWaiting(): boolean {
    return this.open.length > 0
  }

  /** The calls of a response, each with its id. `written`: the source of its arguments, where that says more than they do. */
  begin({ record, place, text }: Entry): { id: string; name: string; args: JsonObject[string] | undefined; written: string | null }[] {
    const sources = text === null ? [] : elementsOf(sourceAt(text, ['tool_calls']) ?? '')
    const listed = Array.isArray(record['tool_calls']) ? record['tool_calls'] : []
    const calls = listed.flatMap((call, i) => (isObject(call) ? [{ call, source: sources[i] }] : []))
    const index = numberOrNull(record['step_index']) ?? place.line
    const told = calls.map(({ call, source }, i) => ({
      id: `step-${index}${calls.length === 1 ? '' : `-${i + 1}`}`,
      name: stringIn(call, 'name') ?? '',
      args: call['args'],
      written: source === undefined ? null : sourceAt(source, ['args']),
    }))
    this.open = told.map(({ id, name }) => ({ id, name }))
    return told
  }

  /** The call that a step of this type is the result of: the first of that kind, else the first. */
  take(type: string): string | null {
    const at = this.open.findIndex(({ name }) => kindOf(name) === type)
    return this.open.splice(Math.max(0, at), 1)[0]?.id ?? null
  }
}

/** The type of the step that has the result of a tool. */
function kindOf(name: string): string {
  if (name === 'list_dir') return 'LIST_DIRECTORY'
  return /^(?:write_to_file|(?:multi_)?replace_file_content|edit_file)$/.test(name) ? 'CODE_ACTION' : name.toUpperCase()
}
