import type { Message, MessageMeta } from '../rollout/conversation/row.ts'

/** A message, where it stands, and what is known of it. */
export type Placed = { message: Message; index: number; meta: MessageMeta | undefined }

/** The messages that are the row's own, one after the other: of half a million, a list of them would take as much as they do. */
export class OwnMessages implements Iterable<Placed> {
  private readonly messages: readonly Message[]
  private readonly metas: readonly (MessageMeta | undefined)[]

  constructor(messages: readonly Message[], metas: unknown) {
    this.messages = messages
    this.metas = Array.isArray(metas) ? metas : []
  }

  *[Symbol.iterator](): Iterator<Placed> {
    for (let index = 0; index < this.messages.length; index++) {
      const meta = this.metas[index]
      if (meta?.replay !== true) yield { message: this.messages[index]!, index, meta }
    }
  }
}
