/* Numbers, times and names as people read them. */

/** 1,234. */
export function count(n: number): string {
  return n.toLocaleString('en-US')
}

/** 1 call, 2 calls. */
export function counted(n: number, noun: string): string {
  return `${count(n)} ${n === 1 ? noun : `${noun}s`}`
}

/** 1.2M. */
export function short(n: number): string {
  if (n < 1000) return String(Math.round(n))
  const [value, unit] = n < 1e6 ? [n / 1e3, 'k'] : n < 1e9 ? [n / 1e6, 'M'] : [n / 1e9, 'G']
  return `${value < 10 ? value.toFixed(1) : Math.round(value)}${unit}`
}

/** US dollars; what is not known is said to be unknown. */
export function money(usd: number | null): string {
  if (usd === null) return 'unknown'
  if (usd === 0) return '$0'
  if (usd < 0.0001) return '<$0.0001'
  return usd < 0.01 ? `$${usd.toFixed(4)}` : `$${usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`
}

/** A day and a minute where the reader is. */
export function when(at: string | null): string {
  const date = new Date(at ?? Number.NaN)
  if (Number.isNaN(date.getTime())) return 'no date'
  const two = (n: number) => String(n).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`
}

/** A time of the day. */
export function clock(at: string | null): string | null {
  const date = new Date(at ?? Number.NaN)
  return Number.isNaN(date.getTime()) ? null : date.toTimeString().slice(0, 8)
}

/** The last part of a path. */
export function baseName(path: string | null): string {
  return path?.split('/').filter(Boolean).at(-1) ?? 'no project'
}

/** An argument of a command, quoted where a shell needs it. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
