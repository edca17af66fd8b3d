import { isObject, type Json, stringIn } from './json/json.ts'

/** The command of an agent that a person gave in a message, as it was typed (`/init`, `/review main`); null where it holds none. */
export function givenCommand(extra: Json | undefined): string | null {
  const command = isObject(extra) ? extra['command'] : null
  if (!isObject(command)) return null
  const name = stringIn(command, 'name')
  return name === null ? null : [name, stringIn(command, 'args') ?? ''].join(' ').trim()
}
