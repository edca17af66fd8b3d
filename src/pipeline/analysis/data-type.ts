import { isObject, type Json } from '../../json/json.ts'
import { Float } from '../../json/number.ts'

/** What kinds of values were seen at one place, and what their items and fields are. */
export class DataType {
  private readonly kinds = new Set<'string' | 'int64' | 'double' | 'bool' | 'list' | 'struct'>()
  private item: DataType | null = null
  private readonly fields = new Map<string, DataType>()

  /** See another value; nulls say nothing. */
  add(value: Json): void {
    if (value === null) return
    if (typeof value === 'string') this.kinds.add('string')
    else if (typeof value === 'boolean') this.kinds.add('bool')
    else if (typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))) this.kinds.add('int64')
    else if (typeof value === 'number' || (value as unknown) instanceof Float) this.kinds.add('double')
    else if (Array.isArray(value)) {
      this.kinds.add('list')
      this.item ??= new DataType()
      for (const item of value) this.item.add(item)
    } else if (isObject(value)) this.addFields(value)
  }

  /** Its name as Arrow has it; what is of several kinds is kept as text. */
  get arrow(): string {
    switch (this.kind) {
      case null:
        return 'null'
      case 'list':
        return `list<item: ${this.item!.arrow}>`
      case 'struct':
        return this.fields.size > MAX_FIELDS
          ? 'string'
          : `struct<${[...this.fields].map(([key, type]) => `${key}: ${type.arrow}`).join(', ')}>`
      default:
        return this.kind
    }
  }

  /** The same in a word. */
  get simple(): string {
    const { kind } = this
    if (kind === null) return 'null'
    if (kind === 'list') return `list[${this.item!.simple}]`
    return { int64: 'int', double: 'float', string: this.kinds.size > 1 ? 'mixed' : 'string', bool: 'bool', struct: 'dict' }[kind]
  }

  private get kind() {
    if (this.kinds.size === 2 && this.kinds.has('int64') && this.kinds.has('double')) return 'double'
    return this.kinds.size > 1 ? 'string' : ([...this.kinds][0] ?? null)
  }

  private addFields(value: { readonly [key: string]: Json }): void {
    this.kinds.add('struct')
    for (const [key, item] of Object.entries(value)) {
      let field = this.fields.get(key)
      if (field === undefined) {
        if (this.fields.size > MAX_FIELDS) return
        this.fields.set(key, (field = new DataType()))
      }
      field.add(item)
    }
  }
}

/** Objects with more keys than this are dictionaries: their keys are data, and are not counted further. */
const MAX_FIELDS = 64
