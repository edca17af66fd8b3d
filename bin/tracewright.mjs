#!/usr/bin/env node
// Plain JavaScript that any Node can parse, so that an older one gets a sentence instead of a syntax error.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(
    `tracewright needs Node 22.19 or newer; this is Node ${process.versions.node}. Install a newer Node (nodejs.org) and try again.`,
  )
  process.exit(1)
}
const { main } = await import('../dist/bundle/cli.js')
await main(process.argv)
