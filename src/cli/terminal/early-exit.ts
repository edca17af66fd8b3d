import { EXIT } from './exit.ts'

/**
 * Until a command takes signals itself, and again when it no longer does, one ends the process, and with the code of an interruption. Who
 * takes a signal, or gives it back, listens before another stops to: where nobody does, the system ends the process, and without a code.
 */
export function exitOnSignals(): void {
  for (const signal of SIGNALS) if (!process.listeners(signal).includes(leave)) process.on(signal, leave)
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const
const leave = () => process.exit(EXIT.interrupted)

/** A command takes signals itself from now on. */
export function takeSignals(...signals: readonly (typeof SIGNALS)[number][]): void {
  for (const signal of signals) process.off(signal, leave)
}
