/** Places that runs can live in. A new one is one line here. */
export { folder } from './folder-home.ts'
