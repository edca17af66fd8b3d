/** Ask on a terminal; elsewhere nobody is there to be asked. */
export async function confirmed(question: string, otherwise: boolean): Promise<boolean> {
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) return otherwise
  const { createInterface } = await import('node:readline/promises')
  using terminal = createInterface({ input: process.stdin, output: process.stderr })
  return !/^n/i.test((await terminal.question(`${question} [Y/n] `)).trim())
}
