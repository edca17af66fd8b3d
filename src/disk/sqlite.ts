/** Node's SQLite, loaded when it is needed. Node 22 marks it as experimental for everybody to read: it is no news to who reads logs. */
export function sqlite(): Promise<typeof import('node:sqlite')> {
  loaded ??= quietly(() => import('node:sqlite'))
  return loaded
}

let loaded: Promise<typeof import('node:sqlite')> | null = null

async function quietly<T>(load: () => Promise<T>): Promise<T> {
  const { emitWarning } = process
  process.emitWarning = ((warning: string | Error, ...how: unknown[]) => {
    if (!String(warning).includes('SQLite')) Reflect.apply(emitWarning, process, [warning, ...how])
  }) as typeof emitWarning
  try {
    return await load()
  } finally {
    process.emitWarning = emitWarning
  }
}
