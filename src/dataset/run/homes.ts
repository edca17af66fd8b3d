/** Places that runs can live in. A new one is one line here. */
export { folder } from './folder-home.ts'
export { hf } from './hub-home.ts'
export { s3 } from './s3-home.ts'
