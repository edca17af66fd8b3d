import { isObject, type Json, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { setOwn } from '../../../json/own.ts'
import type { FinishedConversation } from '../../conversation/conversation.ts'
import type { Diagnostic, Origin } from '../../conversation/row.ts'
import type { ParseJob } from '../../format.ts'
import type { DocumentPart } from '../../log/document.ts'
import type { Place } from '../../log/ledger.ts'
import { isKnownVersion, TrajectoryCheck, type Verdict } from './check.ts'
import { ContentDigest } from './content-digest.ts'
import { replacesHistory } from './entry.ts'
import { type SubagentRef, Teller } from './tell.ts'

/** A trajectory that was read, before it is known what it is part of. */
export type ReadTrajectory = {
  file: string
  head: JsonObject // the document without its steps
  said: FinishedConversation
  isTrajectory: boolean // false for an object around trajectories, and for a document of another kind
  validity: { verdict: Verdict; findings: number }
  steps: number
  copiedSteps: number
  refs: SubagentRef[]
  events: JsonObject[] // steps without words
  children: ReadTrajectory[]
  digest: string // hash of the content, layout aside
  diagnostics: Diagnostic[]
}

type StepPart = Extract<DocumentPart, { kind: 'value' }>
type Step = { value: JsonObject; text: string; place: Place }

/** One trajectory document while its parts come in: the file's own, an item of a list, or an embedded subagent. */
export class Trajectory {
  readonly head: JsonObject = {}
  readonly children: ReadTrajectory[] = []
  private readonly job: ParseJob
  private readonly file: string
  private readonly userOrigin: Origin
  private readonly headPlace: Place
  private readonly dialogue: Teller
  private readonly check = new TrajectoryCheck()
  private readonly content = new ContentDigest()
  private readonly diagnostics: Diagnostic[] = []
  private readonly held: Step[] = [] // waiting for the end, where only what was sent is wanted
  private readonly places: Place[] = []
  private position = 0

  constructor(job: ParseJob, file: string, offset: number, userOrigin: Origin) {
    this.job = job
    this.file = file
    this.userOrigin = userOrigin
    this.headPlace = job.ledger.read(file, 0, offset)
    this.dialogue = new Teller(job.ledger, file, job.source)
  }

  /** A field of the document other than its steps. */
  field(key: string, part: StepPart): void {
    setOwn(this.head, key, part.value)
    this.content.field(key, part)
    for (const remark of part.remarks) this.note(remark, { field: key })
    if (key === 'schema_version') {
      this.check.version(part.value)
      if (!isKnownVersion(part.value)) this.note('unknown_schema_version', part.value)
    }
    if (key === 'steps') {
      this.check.unreadable('steps', 'Must be a list')
      this.note('wrong_type', { field: 'steps', content: part.value })
      delete this.head['steps']
    }
  }

  /** The next step. */
  async step(part: StepPart): Promise<void> {
    this.content.step(part)
    const record = isObject(part.value) ? part.value : null
    const place = this.job.ledger.read(this.file, ++this.position, part.offset, record)
    this.check.step(part.value)
    for (const remark of part.remarks) this.dialogue.conversation.diagnose(remark, place)
    if (record === null) {
      this.job.ledger.settle(place, 'unparsed', 'not a JSON object')
      this.dialogue.skip()
      this.dialogue.conversation.diagnose('wrong_type', place, { field: 'steps', content: part.value })
    } else if (this.job.options.context === 'as_sent') this.held.push({ value: record, text: part.text, place })
    else await this.add({ value: record, text: part.text, place })
  }

  /** Bytes that could not be read: a step, or something else. */
  damage({ path, reason, offset, bytes }: Extract<DocumentPart, { kind: 'damage' }>): void {
    const isStep = path.at(-2) === 'steps' && typeof path.at(-1) === 'number'
    const place = this.job.ledger.read(this.file, isStep ? ++this.position : 0, offset)
    this.job.ledger.settle(place, 'unparsed', reason)
    if (isStep) {
      this.check.unreadableStep(reason)
      this.dialogue.skip()
    } else this.check.unreadable(path.join('.'), `Cannot be read: ${reason}`)
    const isTorn = reason === 'torn tail'
    const hint = isTorn ? { hint: 'The file may still be written' } : {}
    this.note(isTorn ? 'torn_tail' : 'damage', { reason, offset, bytes, ...hint })
  }

  /** What was read. Settles every record but those of embedded trajectories, which settled theirs. */
  async finish(): Promise<ReadTrajectory> {
    for (const step of this.sent()) await this.add(step)
    const { head, file } = this
    const isTrajectory = this.position > 0 || /^ATIF-/.test(String(head['schema_version']))
    const agent = isObject(head['agent']) ? head['agent'] : {}
    const said = this.dialogue.finish(stringOrNull(agent['model_name']))
    // A step without words is an event: a reset, a delegation.
    for (const place of this.places) if (!this.job.ledger.isSettled(place)) this.job.ledger.settle(place, 'metadata', 'step without words')
    const ids = this.children.map(child => stringOrNull(child.head['trajectory_id']))
    const validity = this.check.rest(head, ids)
    if (isTrajectory && validity.findings.length > 0) this.noteValidity(validity)
    const isOfUse = isTrajectory || this.children.length > 0
    this.job.ledger.settle(this.headPlace, isOfUse ? 'metadata' : 'noise', isOfUse ? '' : 'not an ATIF trajectory')
    return {
      file,
      head,
      said,
      isTrajectory,
      validity: { verdict: validity.verdict, findings: validity.findings.length },
      steps: this.position,
      copiedSteps: this.dialogue.copiedSteps,
      refs: this.dialogue.refs,
      events: this.dialogue.events,
      children: this.children,
      digest: this.content.digest(),
      diagnostics: this.diagnostics,
    }
  }

  private async add({ value, text, place }: Step): Promise<void> {
    this.places.push(place)
    await this.dialogue.add(value, text, place, isStartedByHarness(this.head) ? 'harness' : this.userOrigin)
  }

  /** Steps held back: what the model was given at the end. After a replacing compaction, what came before it was not. */
  private sent(): Step[] {
    const lastTurn = this.held.findLastIndex(({ value }) => value['source'] === 'agent')
    const cut = this.held.findLastIndex(({ value }, i) => i < lastTurn && replacesHistory(value))
    if (cut < 0) return this.held
    const opening = this.held.findIndex(({ value }) => value['source'] !== 'system')
    for (const { place } of this.held.slice(opening, cut)) this.job.ledger.settle(place, 'metadata', 'before the last compaction')
    return [...this.held.slice(0, Math.min(opening, cut)), ...this.held.slice(cut)]
  }

  private note(code: string, detail: Json): void {
    this.diagnostics.push({ code, at: this.file, detail })
  }

  private noteValidity({ verdict, findings }: ReturnType<TrajectoryCheck['rest']>): void {
    this.note('breaks_rules', { verdict, findings: findings.slice(0, MAX_FINDINGS).map(({ path, message }) => `${path}: ${message}`) })
  }
}

const MAX_FINDINGS = 100

/** Whether a document says of itself that a harness started it from another session, as summaries are. */
function isStartedByHarness(head: JsonObject): boolean {
  const agent = isObject(head['agent']) ? head['agent'] : {}
  return isObject(agent['extra']) && stringOrNull(agent['extra']['parent_session_id']) !== null
}
