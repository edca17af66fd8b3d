import { setFlagsFromString } from 'node:v8'

/**
 * Have what is young in the heap stay as small as it begins. A server that holds much and waits most of the time would else keep a hundred
 * megabytes more for what it read once; what is read takes as long. For a process of its own: a library must not set this for others.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
}
