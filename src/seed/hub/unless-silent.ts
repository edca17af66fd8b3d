/** What is promised, where it comes within so many milliseconds; else it is given up, by `giveUp`, and an error says so. */
export async function unlessSilent<T>(promised: Promise<T>, milliseconds: number, giveUp: () => void): Promise<T> {
  const { promise: silence, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    reject(new Error(`nothing came for ${milliseconds / 1000} s`))
    giveUp()
  }, milliseconds)
  try {
    return await Promise.race([silence, promised])
  } finally {
    clearTimeout(timer)
  }
}
