import { milliseconds } from '../milliseconds.ts'
import { cancelled } from './cancel.ts'

/** Wait, unless the signal fires first: then the promise rejects as cancelled. */
export function pause(seconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(cancelled(signal))
    const abort = () => {
      clearTimeout(timer)
      reject(cancelled(signal))
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }, milliseconds(seconds))
    signal?.addEventListener('abort', abort, { once: true })
  })
}
