/**
 * Type of a stored value. Everything is nullable. 'json' is what has no fixed shape, stored as JSON text. A struct's absent keys are
 * stored as null and absent again when read, but for those in `always`, which are null; keys it does not name, and values of another type than it names, go as JSON text under
 * its `rest` key where it has one.
 */
export type StoreType =
  | 'text'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'json'
  | {
      /** Of lists: the type of their items. */
      list: StoreType
    }
  | {
      /** Of objects: the type of each key. */
      struct: { [key: string]: StoreType }
      /** Key under which keys without a type are kept, as JSON text. */
      rest?: string
      /** Keys that are there in every value. */
      always?: readonly string[]
    }

/** Types of a table's columns, in order. */
export type StoreTypes = { [column: string]: StoreType }
