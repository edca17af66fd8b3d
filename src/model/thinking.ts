/** Marks that models put around what they think where a server hands text over as it was generated. */
const MARKS: ReadonlyMap<string, RegExp> = new Map([
  ['<think>', /<\/think>/gi],
  ['<thinking>', /<\/thinking>/gi],
  ['<thought>', /<\/thought>/gi],
  ['[think]', /\[\/think\]/gi],
  ['◁think▷', /◁\/think▷/gi],
])
const OPENING = /<think>|<thinking>|<thought>|\[think\]|◁think▷/gi
const CLOSING = /<\/think>|<\/thinking>|<\/thought>|\[\/think\]|◁\/think▷/i

/** A text without what its model only thought, and that; null where it thought nothing aloud. */
export type Thought = { text: string; reasoning: string | null }

/**
 * Take what a model thought out of what it says. A mark counts where it stands free: in a string of JSON, in code and between
 * backticks it is part of the answer. Where the chat template has written the opening mark, the text begins with thoughts and only
 * the closing one is there. Thoughts that never end, at the beginning, are all there is.
 */
export function splitThinking(whole: string): Thought {
  const first = CLOSING.exec(whole)
  OPENING.lastIndex = 0
  if (first === null && !OPENING.test(whole)) return { text: whole, reasoning: null }
  const thoughts: string[] = []
  const said: string[] = []
  let hasSaid = false
  let at = 0
  if (first !== null && opensBefore(whole, first.index) === false && isFree(whole, first.index) && !/^\s*[[{]/.test(whole)) {
    thoughts.push(whole.slice(0, first.index))
    at = first.index + first[0].length
  }
  const free = freedom(whole, at)
  OPENING.lastIndex = at
  for (let match = OPENING.exec(whole); match !== null; match = OPENING.exec(whole)) {
    if (!free(match.index)) continue
    const start = match.index + match[0].length
    const closing = MARKS.get(match[0].toLowerCase())!
    closing.lastIndex = start
    const end = closing.exec(whole)
    hasSaid ||= whole.slice(at, match.index).trim() !== ''
    if (end === null && hasSaid) break
    said.push(whole.slice(at, match.index))
    thoughts.push(whole.slice(start, end?.index ?? whole.length))
    at = end === null ? whole.length : end.index + end[0].length
    OPENING.lastIndex = at
    free.skip(at)
  }
  said.push(whole.slice(at))
  const reasoning = thoughts.map(thought => thought.trim()).filter(thought => thought !== '')
  return thoughts.length === 0
    ? { text: whole, reasoning: null }
    : { text: said.join('').trim(), reasoning: reasoning.length === 0 ? null : reasoning.join('\n') }
}

/** Whether an opening mark stands before a place. */
function opensBefore(text: string, end: number): boolean {
  OPENING.lastIndex = 0
  const match = OPENING.exec(text)
  return match !== null && match.index < end
}

/** Whether a mark at a place is neither in code nor in a string. */
function isFree(text: string, place: number): boolean {
  return freedom(text, 0)(place)
}

/** Tells of places in rising order whether they stand free; reads the text once, and anew from where thoughts end. */
function freedom(text: string, start: number): { (place: number): boolean; skip(to: number): void } {
  let at = start
  let fenced = false
  let ticks = 0
  let quotes = 0
  let isBlank = true // nothing but space on the line so far
  const step = (place: number): boolean => {
    for (; at < place; at++) {
      const character = text[at]
      if (character === '\n') {
        ticks = quotes = 0
        isBlank = true
        continue
      }
      if (character === '`' && isBlank && text.startsWith('```', at)) {
        fenced = !fenced
        while (at + 1 < place && text[at + 1] === '`') at++
      } else if (character === '`') ticks++
      else if (character === '"' && text[at - 1] !== '\\') quotes++
      if (character !== ' ' && character !== '\t' && character !== '\r') isBlank = false
    }
    return !fenced && ticks % 2 === 0 && quotes % 2 === 0
  }
  return Object.assign(step, {
    skip(to: number) {
      at = to
      fenced = false
      ticks = quotes = 0
    },
  })
}
