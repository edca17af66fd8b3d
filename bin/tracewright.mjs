#!/usr/bin/env node
// Plain JavaScript that any Node can parse, so that an older one gets a sentence instead of a syntax error.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(
    `tracewright needs Node 22.19 or newer; this is Node ${process.versions.node}. Install a newer Node (nodejs.org) and try again.`,
  )
  process.exit(1)
}
// Ctrl-C while the program is loaded ends it as it does later, with the code of an interruption.
const leave = () => process.exit(130)
process.once('SIGINT', leave)
const { main } = await import('../dist/bundle/cli.js')
const running = main(process.argv) // which listens itself from its first step on
process.off('SIGINT', leave)
await running
