/** Whether a file begins as a session does, of either generation. What stands in texts has its quotes escaped. */
export function sniff(_path: string, head: string): boolean {
  if (!/^\uFEFF?\s*\{/.test(head)) return false
  return /(?<!\\)"sessionId"\s*:/.test(head) && /(?<!\\)"projectHash"\s*:/.test(head)
}
