import { writeJson } from './exact.ts'
import type { Json } from './json.ts'
import { Float } from './number.ts'

/** A JSON text that is written as it is: numbers and the order of keys stay what they were. */
export class JsonText {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** What is to be written as JSON: values, and JSON texts that are written as they are. */
export type Written = Json | JsonText | Written[] | { [key: string]: Written | undefined }

/** A value as a line of JSON. What is undefined is left out. */
export function jsonLine(value: Written): string {
  if (value instanceof JsonText) return value.text
  if (Array.isArray(value)) return `[${value.map(jsonLine).join(',')}]`
  if ((value as unknown) instanceof Float || typeof value !== 'object' || value === null) return writeJson(value)
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${jsonLine(item as Written)}`).join(',')}}`
}
