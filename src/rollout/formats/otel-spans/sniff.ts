/** Whether a file begins as spans do, as OTLP or flat, among which a model is called. */
export function sniff(_path: string, head: string): boolean {
  if (!/^\uFEFF?\s*[[{]/.test(head) || !/"gen_ai\./.test(head)) return false
  const has = (key: string) => new RegExp(`(?<!\\\\)"${key}"\\s*:`).test(head)
  return (has('resourceSpans') && has('scopeSpans')) || ((has('spanId') || has('span_id')) && has('attributes'))
}
