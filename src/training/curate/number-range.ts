/** Whether a number is in a range that is written `2-100` or `2-`; null for any other text. */
export function numberRange(text: string): ((value: number) => boolean) | null {
  const [, least, most] = /^(\d+)-(\d*)$/.exec(text) ?? []
  if (least === undefined) return null
  return value => value >= Number(least) && (most === '' || value <= Number(most))
}
