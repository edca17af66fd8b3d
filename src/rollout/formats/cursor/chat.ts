import type { JsonObject } from '../../../json/json.ts'
import type { FinishedConversation } from '../../conversation/conversation.ts'
import type { EndingFacts } from '../../conversation/ending.ts'

/** A chat, wherever it is kept. */
export type Chat = {
  id: string
  file: string // root-relative
  said: FinishedConversation
  ending: EndingFacts
  parent: string | null // the chat whose agent spawned this one
  meta: JsonObject
  cwd: string | null
  branch: string | null
  times: string[]
}
