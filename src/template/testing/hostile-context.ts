/** Names of the host's things that were reached since this was last asked. */
export function takeTouched(): string[] {
  const names = touched
  touched = []
  return names
}

let touched: string[] = []

/** What a careless caller may put into a row: everything here tells when template code reaches it. */
class Host {
  secret = 'SECRET'
  get trap(): string {
    touched.push('getter')
    return 'SECRET'
  }
  method(): string {
    touched.push('method')
    return 'SECRET'
  }
  toJSON(): string {
    touched.push('toJSON')
    return 'SECRET'
  }
  toString(): string {
    touched.push('toString')
    return 'SECRET'
  }
  [Symbol.iterator](): Iterator<string> {
    touched.push('iterator')
    return ['SECRET'][Symbol.iterator]()
  }
}

/** A row with things that do not belong into one. */
export function hostileContext(): Record<string, unknown> {
  const call = () => touched.push('function')
  return {
    text: 'hello',
    number: 3,
    list: [1, 'a', null, [2]],
    dict: { a: 1, b: { c: 'x' } },
    host: new Host(),
    call,
    nested: { host: new Host(), run: call, list: [new Host(), call] },
    parsed: JSON.parse('{"__proto__": {"polluted": 1}, "constructor": "own", "toString": 5}'),
    bare: Object.assign(Object.create(null), { a: 1 }),
    date: new Date(0),
    map: new Map([['a', 'SECRET']]),
    pattern: /x/,
    symbol: Symbol('s'),
    error: new Error('SECRET'),
    buffer: new Uint8Array(4),
  }
}
