import { looksLikeResult } from './trial-folder.ts'

/** Whether a file is a trajectory, or the result of a trial that is joined to one. */
export function sniff(_path: string, head: string): boolean {
  return isTrajectory(head) || looksLikeResult(head)
}

/** Whether a file begins as a trajectory does. */
export function isTrajectory(head: string): boolean {
  if (!/^\uFEFF?\s*[[{]/.test(head)) return false
  return /"schema_version"\s*:\s*"ATIF-/.test(head) || (/"steps"\s*:\s*\[/.test(head) && /"step_id"\s*:/.test(head))
}
