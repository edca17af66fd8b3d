import { recognise } from './header.ts'
import { isStore } from './openclaw/store.ts'

/** Whether a file is a session of Pi, or a store of OpenClaw, which is built on it. */
export function sniff(path: string, head: string): boolean {
  return isStore(path, head) || recognise(head).kind === 'pi'
}
