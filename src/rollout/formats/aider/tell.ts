import type { JsonObject } from '../../../json/json.ts'
import { textBlock } from '../../conversation/blocks.ts'
import type { ChatDialogue } from '../../conversation/chat-dialogue.ts'
import type { EndingFacts } from '../../conversation/ending.ts'
import type { Part } from '../../conversation/parts.ts'
import type { Turn } from '../../conversation/turn.ts'
import type { Ledger } from '../../log/ledger.ts'
import { appliedEdit, commandOf, commitOf, modelOf, usageOf } from './program.ts'
import type { Section } from './read.ts'

/** Puts the pieces of one run into a dialogue. */
export class Teller {
  readonly ending: EndingFacts = { isSilent: true }
  readonly models = new Set<string>()
  readonly meta: JsonObject = {}
  private readonly dialogue: ChatDialogue
  private readonly ledger: Ledger
  private model: string | null = null
  private hasEditor = false // a second model makes the edits: which of the two said something is not written
  private turn: Turn | null = null

  constructor(dialogue: ChatDialogue, ledger: Ledger) {
    this.dialogue = dialogue
    this.ledger = ledger
  }

  tell(run: readonly Section[]): void {
    const aside = asideIn(run)
    run.forEach((section, i) => {
      const { is, place, text } = section
      if (is === 'start') this.ledger.settle(place, 'metadata', 'a run begins')
      else if (is === 'program') this.program(section)
      else if (is === 'prompt') this.hear(section, aside.has(i))
      else if (aside.has(i)) this.ledger.settle(place, 'metadata', 'output of a command')
      else this.respond(text, place)
    })
  }

  private hear({ place, text }: Section, isCommand: boolean): void {
    this.turn = null
    Object.assign(this.ending, { error: null, isInterrupted: false })
    if (text === '' || text === '<blank>') this.ledger.settle(place, 'metadata', 'nothing was typed')
    else if (isCommand) this.ledger.settle(place, 'metadata', 'command to the program')
    else this.dialogue.hear([{ is: 'block', block: textBlock(text) }], place)
  }

  private respond(text: string, place: Section['place']): void {
    this.turn = this.dialogue.respond(partsOf(text), place, { model: this.hasEditor ? null : this.model })
    Object.assign(this.ending, { error: null })
  }

  private program({ place, text }: Section): void {
    const [usage, model, edit, commit] = [usageOf(text), modelOf(text), appliedEdit(text), commitOf(text)]
    const failure = /^litellm\.(?:exceptions\.)?\w*(?:Error|Exception)\b[^\n]{0,2000}/.exec(text)?.[0] ?? null
    if (usage !== null) this.turn?.know({ usage })
    if (edit !== null) this.note('edits', edit)
    if (commit !== null) this.note('commits', commit)
    if (model !== null) {
      this.models.add(model.name)
      if (model.isEditor) this.hasEditor = true
      else this.model = model.name
    }
    if (/^Aider v\S+$/.test(text)) this.meta['version'] = text.slice('Aider v'.length)
    if (/^\^C(?: KeyboardInterrupt)?$/.test(text)) {
      this.ending.isInterrupted = true
      this.turn?.know({ train: false })
      this.dialogue.cut('interruption')
    }
    if (failure !== null) this.ending.error = { error: failure }
    this.ledger.settle(place, 'metadata', usage === null ? 'words of the program' : 'tokens of a response')
  }

  private note(key: string, value: string): void {
    const before = this.turn?.item.facts.extra?.[key]
    this.turn?.know({ extra: { [key]: [...(Array.isArray(before) ? before : []), value] } })
  }
}

/**
 * Which pieces are no part of the dialogue: what a command to the program printed, behind which no tokens are told, and the command
 * itself, where no model answered it.
 */
function asideIn(run: readonly Section[]): ReadonlySet<number> {
  const counted = new Set<number>() // pieces behind which tokens are told, before the next one that is not the program's
  let isTold = false
  for (let i = run.length - 1; i >= 0; i--) {
    if (run[i]!.is === 'program') isTold ||= usageOf(run[i]!.text) !== null
    else {
      if (isTold) counted.add(i)
      isTold = false
    }
  }
  const aside = new Set<number>()
  let prompt = -1
  let isCommand = false
  run.forEach(({ is, text }, i) => {
    if (is === 'prompt') {
      prompt = i
      isCommand = commandOf(text)?.isSent === false
      if (isCommand) aside.add(i)
    } else if (is === 'response') {
      if (isCommand && !counted.has(i)) aside.add(i)
      else aside.delete(prompt)
    }
  })
  return aside
}

/** What the model thought stands before what it said, under headings of the program. */
function partsOf(text: string): Part[] {
  const thought = /^-{10,}\s*\n► \*\*THINKING\*\*\s*\n([\s\S]*?)(?:\n-{10,}\s*\n► \*\*ANSWER\*\*\s*\n([\s\S]*))?$/.exec(text)
  if (thought === null) return [{ is: 'block', block: textBlock(text) }]
  const [, thinking = '', answer = ''] = thought.map(part => part?.trim())
  return [
    ...(thinking === '' ? [] : [{ is: 'thought' as const, text: thinking, kind: 'full' as const }]),
    ...(answer === '' ? [] : [{ is: 'block' as const, block: textBlock(answer) }]),
  ]
}
