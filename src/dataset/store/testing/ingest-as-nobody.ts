// Ingests a folder as a user who owns nothing, and prints what came of it as JSON. A process of its own: it cannot become root again.
import { ingestToStore } from '../ingest.ts'

const NOBODY = 65534

const [path, folder] = process.argv.slice(2)
process.setgid!(NOBODY)
process.setuid!(NOBODY)
const { rows, skipped } = await ingestToStore({ format: 'auto', path: path!, folder: folder!, workers: 1 })
console.log(JSON.stringify({ rows, skipped: skipped.map(({ path, reason }) => `${path}: ${reason}`).sort() }))
