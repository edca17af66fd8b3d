/** So many characters of a text tell where in a bag it lies. */
const SAMPLES = 3

/** Texts, each as often as it was put in. A long text is quicker compared with the one it may equal than hashed whole, as a set would. */
export class TextBag {
  /** Number of texts in it. */
  size = 0
  private readonly texts = new Map<number, string[]>()

  /** Put a text in. */
  add(text: string): void {
    const key = keyOf(text)
    const alike = this.texts.get(key)
    if (alike === undefined) this.texts.set(key, [text])
    else alike.push(text)
    this.size++
  }

  /** Whether it holds a text. */
  has(text: string): boolean {
    return this.texts.get(keyOf(text))?.includes(text) ?? false
  }

  /** Take a text out. Whether it was in it. */
  take(text: string): boolean {
    const alike = this.texts.get(keyOf(text))
    const at = alike?.indexOf(text) ?? -1
    if (at < 0) return false
    alike!.splice(at, 1)
    this.size--
    return true
  }
}

function keyOf(text: string): number {
  const { length } = text
  let key = length
  for (let i = 0; i < SAMPLES; i++) key = (Math.imul(key, 31) + text.charCodeAt(Math.floor((i * length) / SAMPLES))) | 0
  return key
}
