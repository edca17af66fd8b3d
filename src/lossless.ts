/*
 * What templates are given where their numbers have to be printed as they were written: `1.0`, integers beyond 2^53, the order of keys.
 * A door of the package of its own: `tracewright/lossless`.
 */
export { type Lossless, parseLossless } from './json/lossless.ts'
