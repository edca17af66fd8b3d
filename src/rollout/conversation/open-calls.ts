/**
 * Calls of which a result may answer any, such as those that share an id because a model numbers its calls anew in every response. It
 * answers the first that is open of the last response that has one. What was found to be answered is not looked at again.
 */
export class OpenCalls<Call> {
  private readonly responses: { response: unknown; calls: Call[]; next: number }[] = []
  /** The call that was made last; null: none was. */
  last: Call | null = null

  /** A call was made, in that response. */
  add(call: Call, response: unknown): void {
    const latest = this.responses.at(-1)
    if (latest !== undefined && latest.response === response) latest.calls.push(call)
    else this.responses.push({ response, calls: [call], next: 0 })
    this.last = call
  }

  /** The call that a result answers; null where none is open. */
  open(isAnswered: (call: Call) => boolean): Call | null {
    for (let latest = this.responses.at(-1); latest !== undefined; latest = this.responses.at(-1)) {
      while (latest.next < latest.calls.length && isAnswered(latest.calls[latest.next]!)) latest.next++
      if (latest.next < latest.calls.length) return latest.calls[latest.next]!
      this.responses.pop()
    }
    return null
  }
}
