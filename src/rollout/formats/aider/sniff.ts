/** Whether a file begins as a history does; one whose beginning was cut off is told by its name. */
export function sniff(path: string, head: string): boolean {
  return BEGINS.test(head) || (/(?:^|\/)\.aider\.chat\.history\.md$/.test(path) && /^#### /m.test(head))
}

/** The line with which a run begins. */
export const STARTED = /^# aider chat started at (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)\s*$/

const BEGINS = /^\uFEFF?\s*# aider chat started at \d{4}-\d\d-\d\d/
