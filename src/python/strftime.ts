/** A local time as `datetime.strftime` writes it in the C locale. A directive that C does not know stays as it is. */
export function strftime(format: string, date: Date): string {
  return format.replace(/%([-_0^#]?)([a-zA-Z%])/g, (whole, flag: string, letter: string) => {
    const piece = PIECES.get(letter)
    if (piece === undefined) return whole
    const text = piece(date)
    if (flag === '-') return text.replace(/^[0 ]+(?=\d)/, '')
    if (flag === '_') return text.replace(/^0+(?=\d)/, zeros => ' '.repeat(zeros.length))
    if (flag === '0') return text.replace(/^ +(?=\d)/, spaces => '0'.repeat(spaces.length))
    return flag === '' ? text : text.toUpperCase()
  })
}

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const MONTHS = 'January February March April May June July August September October November December'.split(' ')

const two = (value: number) => String(value).padStart(2, '0')
const hour12 = (date: Date) => date.getHours() % 12 || 12
const dayOfYear = (date: Date) =>
  Math.round((Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) - Date.UTC(date.getFullYear(), 0, 1)) / 86_400_000)
const weekFrom = (date: Date, weekday: number) => Math.floor((dayOfYear(date) + 7 - ((date.getDay() - weekday + 7) % 7)) / 7)

const PIECES = new Map<string, (date: Date) => string>([
  ['a', date => DAYS[date.getDay()]!.slice(0, 3)],
  ['A', date => DAYS[date.getDay()]!],
  ['b', date => MONTHS[date.getMonth()]!.slice(0, 3)],
  ['h', date => MONTHS[date.getMonth()]!.slice(0, 3)],
  ['B', date => MONTHS[date.getMonth()]!],
  ['c', date => strftime('%a %b %e %H:%M:%S %Y', date)],
  ['C', date => two(Math.floor(date.getFullYear() / 100))],
  ['d', date => two(date.getDate())],
  ['D', date => strftime('%m/%d/%y', date)],
  ['e', date => String(date.getDate()).padStart(2, ' ')],
  ['f', date => `${String(date.getMilliseconds()).padStart(3, '0')}000`],
  ['F', date => strftime('%Y-%m-%d', date)],
  ['H', date => two(date.getHours())],
  ['I', date => two(hour12(date))],
  ['j', date => String(dayOfYear(date) + 1).padStart(3, '0')],
  ['k', date => String(date.getHours()).padStart(2, ' ')],
  ['l', date => String(hour12(date)).padStart(2, ' ')],
  ['m', date => two(date.getMonth() + 1)],
  ['M', date => two(date.getMinutes())],
  ['n', () => '\n'],
  ['p', date => (date.getHours() < 12 ? 'AM' : 'PM')],
  ['r', date => strftime('%I:%M:%S %p', date)],
  ['R', date => strftime('%H:%M', date)],
  ['s', date => String(Math.floor(date.getTime() / 1000))],
  ['S', date => two(date.getSeconds())],
  ['t', () => '\t'],
  ['T', date => strftime('%H:%M:%S', date)],
  ['u', date => String(date.getDay() || 7)],
  ['U', date => two(weekFrom(date, 0))],
  ['w', date => String(date.getDay())],
  ['W', date => two(weekFrom(date, 1))],
  ['x', date => strftime('%m/%d/%y', date)],
  ['X', date => strftime('%H:%M:%S', date)],
  ['y', date => two(date.getFullYear() % 100)],
  ['Y', date => String(date.getFullYear())],
  ['z', () => ''],
  ['Z', () => ''],
  ['%', () => '%'],
])
