import type { AskedCells } from '../../dataset/run/asked-cells.ts'
import { isObject, type JsonObject } from '../../json/json.ts'
import type { ReplyLog } from './reply-log.ts'

/** A cell whose reply had not the shape that was asked for is made again with another reply, and not with the one that was kept. */
export async function refuseBadReplies(replies: ReplyLog, asked: AskedCells, rejects: readonly JsonObject[]): Promise<void> {
  for (const { kind, failure, asked: told } of rejects) {
    if (![kind, failure].includes('invalid_reply') || !isObject(told) || typeof told['id'] !== 'string') continue
    const cell = await asked.find(told['id'])
    for (const { reply_key, calls } of cell?.questions ?? [])
      for (const call of calls) if ('reply' in call) replies.refuse(reply_key, call.reply)
  }
}
