/** Whether a file is a log of Inspect. */
export function sniff(_path: string, head: string): boolean {
  return kindByHead(head) !== null
}

/** What a file is: an archive of samples, or one document. */
export type Kind = 'archive' | 'document'

/** What a file is, by its first bytes. */
export function kindByHead(head: string): Kind | null {
  if (head.startsWith('PK\x03\x04'))
    return /(?:_journal\/|samples\/|header\.json|summaries\.json|reductions\.json)/.test(head.slice(0, 512)) ? 'archive' : null
  if (!/^\uFEFF?\s*\{/.test(head)) return null
  const has = (key: string) => new RegExp(`(?<!\\\\)"${key}"\\s*:`).test(head)
  return has('version') && has('status') && has('eval') && (has('eval_id') || has('task_id') || has('run_id')) ? 'document' : null
}

/** The file that holds a sample, or the folder of one that lies in several: its name in an archive, without what is behind. */
export function sampleIn(name: string): string | null {
  return /^(samples\/[^/]*_epoch_\d+)(?:\.json|\/sample\.json)$/.exec(name)?.[1] ?? null
}
