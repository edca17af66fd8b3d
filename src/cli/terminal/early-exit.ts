import { EXIT } from './exit.ts'

/** Until a command takes signals itself, one ends the process, and with the code of an interruption. */
export function exitOnSignals(): void {
  for (const signal of SIGNALS) process.off(signal, leave).on(signal, leave)
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const
const leave = () => process.exit(EXIT.interrupted)

/** A command takes signals itself from now on. */
export function takeSignals(...signals: readonly (typeof SIGNALS)[number][]): void {
  for (const signal of signals) process.off(signal, leave)
}
