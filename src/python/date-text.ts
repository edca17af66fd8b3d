/**
 * Whether pandas reads a text as a point in time, as far as formats of dates make such texts: numbers that can be a year, a month and a day,
 * a month or weekday by name, times, and the few words and signs that stand between them.
 */
export function isDateText(text: string): boolean {
  if (text.trim() === '') return true
  let hasTime = false
  const rest = text
    .replace(/(?<!\d)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AP]M\b)?|\b(?:0?[0-9]|1[0-2]) ?[AP]M\b/gi, () => {
      hasTime = true
      return ' '
    })
    .replace(/(?<=\d)T\d{4}(?:\d{2})?(?!\d)/g, () => {
      hasTime = true
      return ' '
    })
  if (/[^\w\s,./;'+-]|_/.test(rest)) return false
  let hasMonth = false
  let hasDay = false
  for (const word of rest.match(/[a-z]+/gi) ?? []) {
    if (MONTH.test(word)) {
      if (hasMonth) return false
      hasMonth = true
    } else if (WEEKDAY.test(word)) hasDay = true
    else if (!BETWEEN.test(word)) return false
  }
  const numbers: string[] = []
  for (const number of rest.match(/\d+/g) ?? []) {
    const isWhole = number.length === 6 || number.length === 8
    if (isWhole && !(isMonth(Number(number.slice(-4, -2))) && isDay(Number(number.slice(-2))))) return false
    numbers.push(...(isWhole ? [number.slice(0, -4), number.slice(-4, -2), number.slice(-2)] : [number]))
  }
  return (
    isDate(numbers, hasMonth) && (hasTime || hasMonth || numbers.length > 1 || numbers[0]?.length === 4 || (hasDay && numbers.length === 1))
  )
}

/** Whether numbers can be a year, a month (where no name says it) and a day, each at most once, in any order that people write. */
function isDate(numbers: readonly string[], hasMonth: boolean): boolean {
  const needed = hasMonth ? 2 : 3
  if (numbers.length > needed || numbers.some(number => number.length === 3 || number.length > 4)) return false
  const years = numbers.filter(number => number.length === 4)
  if (years.length > 1) return false
  const small = numbers.filter(number => number.length < 4).map(Number)
  const hasYear = years.length === 1
  if (hasMonth) return small.length < 2 || small.some(number => isDay(number))
  if (hasYear && numbers.length === 2) return isMonth(small[0]!)
  if (small.length === 3) return orders(small).some(([, month, day]) => isMonth(month!) && isDay(day!))
  return small.length < 2 || orders(small).some(([month, day]) => isMonth(month!) && isDay(day!))
}

/** Year first, else last. */
function orders(numbers: readonly number[]): number[][] {
  const [a, b, c] = numbers as [number, number, number | undefined]
  return c === undefined
    ? [
        [a, b],
        [b, a],
      ]
    : [
        [a, b, c],
        [c, a, b],
        [c, b, a],
      ]
}

const isMonth = (number: number) => number >= 1 && number <= 12
const isDay = (number: number) => number >= 1 && number <= 31

const MONTH =
  /^(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)$/i
const WEEKDAY = /^(?:mon(?:day)?|tue(?:sday)?|wed(?:nesday)?|thu(?:rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)$/i
const BETWEEN = /^(?:at|on|and|of|ad|m|t|st|nd|rd|th|z|utc|gmt)$/i
