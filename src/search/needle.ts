import { Worker } from 'node:worker_threads'
import { TracewrightError } from '../errors.ts'
import { folded, normal } from './folded.ts'
import { literalOf } from './literal.ts'
import { bitsOf } from './signature.ts'

/** Where something was found in a text. */
export type Span = [start: number, end: number]

/** What is looked for. */
export interface Needle {
  /** Bits of a signature that a page must have. */
  readonly bits: readonly number[]
  /** Places in a text, in order. */
  find(text: string): Promise<Span[]> | Span[]
  [Symbol.dispose](): void
}

/** Words as they are typed; in any case unless told. */
export function wordsNeedle(words: string, isCaseSensitive: boolean): Needle {
  const exact = normal(words)
  if (exact === '') throw new TracewrightError('usage', 'Cannot search for nothing: found no words')
  const wanted = isCaseSensitive ? exact : folded(exact)
  return {
    bits: bitsOf(folded(exact)),
    find(text) {
      const within = isCaseSensitive ? text : folded(text)
      const spans: Span[] = []
      for (let at = within.indexOf(wanted); at >= 0; at = within.indexOf(wanted, at + wanted.length)) spans.push([at, at + wanted.length])
      return spans
    },
    [Symbol.dispose]: () => {},
  }
}

/** Time that a pattern may take, in all, unless told: one can be written that never ends. */
const PATTERN_MS = 10_000

/** A regular expression. It runs in a thread of its own, which is ended when it takes too long. */
export function patternNeedle(source: string, isCaseSensitive: boolean, milliseconds = PATTERN_MS): Needle {
  const flags = isCaseSensitive ? 'gmu' : 'gimu'
  try {
    new RegExp(source, flags)
  } catch (error) {
    throw new TracewrightError('usage', `Cannot search for the pattern '${source}': ${(error as Error).message}`, { cause: error })
  }
  const literal = literalOf(source)
  let worker: Worker | null = null
  let left = milliseconds
  // Patterns know more letters that are the same in any case than are folded here.
  const plain = isCaseSensitive || isASCII(literal) ? folded(normal(literal)) : ''
  return {
    bits: bitsOf(plain),
    async find(text) {
      if (plain !== '' && !folded(text).includes(plain)) return []
      // Node runs the sources as they are; the emitted package has them as JavaScript.
      const program = new URL(import.meta.url.endsWith('.ts') ? './pattern-worker.ts' : './pattern-worker.js', import.meta.url)
      worker ??= new Worker(program, { workerData: { source, flags }, execArgv: [] })
      const running = worker
      const start = performance.now()
      try {
        return await new Promise<Span[]>((resolve, reject) => {
          const timer = setTimeout(() => reject(tooLong(source, milliseconds)), left)
          const done = (action: () => void) => {
            clearTimeout(timer)
            running.off('message', onMessage)
            running.off('error', onError)
            action()
          }
          const onMessage = (spans: Span[]) => done(() => resolve(spans))
          const onError = (error: Error) => done(() => reject(error))
          running.on('message', onMessage)
          running.on('error', onError)
          running.postMessage(text)
        })
      } catch (error) {
        await running.terminate()
        throw error
      } finally {
        left -= performance.now() - start
      }
    },
    [Symbol.dispose]: () => void worker?.terminate(),
  }
}

function isASCII(text: string): boolean {
  return [...text].every(character => character <= '\x7f')
}

function tooLong(source: string, milliseconds: number): TracewrightError {
  return new TracewrightError('usage', `Cannot search for the pattern '${source}': it took longer than ${milliseconds / 1000} s`, {
    hint: 'Write it without repetitions inside of repetitions, or look for words',
  })
}
