// The registry. One line per kind of validator; nothing else belongs here.
export { code } from './code.ts'
export { localCallable } from './local-callable.ts'
export { remote } from './remote.ts'
