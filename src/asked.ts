import { isObject, type Json, stringIn } from './json/json.ts'

/** The command of an agent that a person gave in a message, as it was typed (`/init`, `/review main`); null where it holds none. */
export function givenCommand(extra: Json | undefined): string | null {
  const command = isObject(extra) ? extra['command'] : null
  if (!isObject(command)) return null
  const name = stringIn(command, 'name')
  return name === null ? null : [name, stringIn(command, 'args') ?? ''].join(' ').trim()
}

/** What a person asks in a message, to call a session by: a command as it was typed, and no files that an editor puts before the request. */
export function askedIn(text: string, extra: Json | undefined): string {
  const command = givenCommand(extra)
  if (command !== null) return command
  const asked = text.trim()
  const heading = OF_AN_EDITOR.test(asked) ? REQUEST.exec(asked) : null
  return (heading === null ? '' : asked.slice(heading.index + heading[0].length).trim()) || asked
}

/** Extensions of Codex for editors begin a prompt with what is open there; the request stands behind it under a heading of its own. */
const OF_AN_EDITOR = /^# Context from my IDE setup:/
const REQUEST = /^## My request for Codex:[^\S\n]*$/m
