/** Why a copy gives no row. */
export function copyReason(first: string): string {
  return `The same session as in ${first}`
}
