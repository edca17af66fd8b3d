/*
 * Import it first: from then on nothing can be added to what all objects have by birth, and whoever tries, or assigns to a key of that
 * name on an object of their own, fails with a TypeError.
 */

const BY_BIRTH = { Object, Array, Function, String, Number, Boolean, Map, Set, RegExp, Promise }

const before = new Map(Object.entries(BY_BIRTH).map(([name, { prototype }]) => [name, Object.getOwnPropertyDescriptors(prototype)]))

for (const { prototype } of Object.values(BY_BIRTH)) Object.freeze(prototype)

/** What was changed of the prototypes nevertheless; empty where nothing was. */
export function changedPrototypes(): string[] {
  return Object.entries(BY_BIRTH).flatMap(([name, { prototype }]) => {
    const known = before.get(name)! as { [key: PropertyKey]: PropertyDescriptor }
    return Reflect.ownKeys(prototype)
      .filter(key => known[key] === undefined || known[key].value !== Object.getOwnPropertyDescriptor(prototype, key)!.value)
      .map(key => `${name}.prototype.${String(key)}`)
  })
}
