// Finds a regular expression in texts that it is sent, in a thread that can be ended.
import { parentPort, workerData } from 'node:worker_threads'

const { source, flags } = workerData as { source: string; flags: string }
const pattern = new RegExp(source, flags)

parentPort!.on('message', (text: string) => {
  const spans: [number, number][] = []
  for (const match of text.matchAll(pattern)) if (match[0] !== '') spans.push([match.index, match.index + match[0].length])
  parentPort!.postMessage(spans)
})
