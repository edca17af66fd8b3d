import type { JsonObject } from '../../../json/json.ts'

/** Takes what a check finds; `fatal`: something could not be read. */
export type Report = (path: string, message: string, fatal?: 'fatal') => void

/** Report fields the version does not have. */
export function checkFields(object: JsonObject, fields: Record<string, number>, prefix: string, minor: number, report: Report): void {
  for (const key of Object.keys(object)) {
    const since = Object.hasOwn(fields, key) ? fields[key]! : null
    if (since === null) report(`${prefix}${key}`, 'Is not a field of ATIF')
    else if (since > minor && object[key] !== null) report(`${prefix}${key}`, `Is a field of ATIF-v1.${since}`)
  }
}
