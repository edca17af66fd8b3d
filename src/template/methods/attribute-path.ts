import type { Run } from '../run.ts'
import { isNothing } from '../values/native.ts'
import { stringOf, Undefined } from '../values/values.ts'
import { getItem } from './access.ts'

/** What a filter reads from each item: `attribute='a.b.0'` as a function; the item itself without an attribute. */
export function attributeGetter(run: Run, attribute: unknown, missing: unknown = undefined): (item: unknown) => unknown {
  const parts = pathOf(attribute)
  return item => {
    for (const part of parts) {
      item = getItem(run, item, part)
      if (!isNothing(missing) && item instanceof Undefined) item = missing
    }
    return item
  }
}

/** The same for several attributes with commas between them. */
export function attributesGetter(run: Run, attributes: unknown): (item: unknown) => unknown[] {
  const names = stringOf(attributes)?.split(',') ?? [attributes]
  const getters = names.map(name => attributeGetter(run, name))
  return item => getters.map(getter => getter(item))
}

function pathOf(attribute: unknown): unknown[] {
  if (isNothing(attribute)) return []
  const text = stringOf(attribute)
  return text === null ? [attribute] : text.split('.').map(part => (/^\d+$/.test(part) ? Number(part) : part))
}

/** Text in lower case, for comparisons that ignore case; anything else as it is. */
export function ignoringCase(value: unknown): unknown {
  return stringOf(value)?.toLowerCase() ?? value
}
