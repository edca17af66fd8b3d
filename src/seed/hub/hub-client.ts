import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf, TracewrightError } from '../../errors.ts'
import { folderOf, type HubPath, isPattern, matcherOf } from './hub-path.ts'
import { unlessSilent } from './unless-silent.ts'

/** A file of a repository, as it is listed. */
export type HubFile = { path: string; size: number }

/** Which repository is asked, where, and as whom. */
type HubAccess = { endpoint: string; token: string | null }

/**
 * Reads files of a repository of the hub at one commit, the one its revision stood at when it was opened: what is pushed meanwhile is not
 * seen. The token goes to the hub alone, and not to the storage it sends readers to.
 */
export class HubClient {
  private readonly path: HubPath
  private readonly access: HubAccess
  private readonly storage = new Map<string, string>() // where the hub sends readers of a file
  private readonly silenceMs: number
  private commit: string | null = null

  /** `silenceMs`: how long nothing may come of what was asked for, until it is asked for again. */
  constructor(path: HubPath, access: HubAccess, silenceMs = SILENCE_MS) {
    this.path = path
    this.silenceMs = silenceMs
    this.access = { ...access, endpoint: access.endpoint.replace(/\/+$/, '') }
  }

  /** Files that the path names, in the order of their names. Throws where there are none, telling what there is. */
  async files(): Promise<HubFile[]> {
    const { file } = this.path
    const files: HubFile[] = []
    const others: string[] = []
    const matches = isPattern(file) ? matcherOf(file) : (path: string) => path === file
    for await (const each of this.list(folderOf(file), file.includes('**') || file.slice(folderOf(file).length + 1).includes('/'))) {
      if (matches(each.path)) files.push(each)
      else if (others.length < 5) others.push(each.path)
    }
    if (files.length > 0) return files.sort((a, b) => (a.path < b.path ? -1 : 1))
    const what = isPattern(file) ? 'no file matches' : 'there is no file'
    throw new TracewrightError('seed', `Cannot read seed '${this.place}': ${what} '${file}'`, {
      hint: others.length === 0 ? 'Look at the files of the repository' : `There are: ${others.join(', ')}`,
    })
  }

  /** Bytes of a file, from one to before another, as they come. */
  async *read(file: HubFile, from = 0, to = file.size): AsyncIterable<Buffer> {
    for (let at = from, tries = 1; at < to; tries++) {
      const before = at
      try {
        for await (const chunk of this.readOnce(file, at, to)) {
          at += chunk.length
          yield chunk
        }
      } catch (error) {
        if (error instanceof TracewrightError || (tries >= TRIES && at === before)) throw this.failed(`read '${file.path}' of`, error)
        await sleep(WAIT_MS * tries)
      }
      if (at > before) tries = 0
      else if (tries >= TRIES) throw this.failed(`read '${file.path}' of`, new Error(`it ended at byte ${at} of ${to}`))
    }
  }

  /** As it was named, for messages. */
  get place(): string {
    const { type, name, revision, file } = this.path
    return `hf://${type === 'model' ? '' : `${type}s/`}${name}${revision === 'main' ? '' : `@${revision}`}/${file}`
  }

  private async *readOnce(file: HubFile, from: number, to: number): AsyncIterable<Buffer> {
    const response = await this.get(file, from, to)
    // Who knows of no ranges sends all: what stands before is passed over.
    let skip = response.status === 206 ? 0 : from
    let left = to - from
    for await (const bytes of this.bytesOf(response)) {
      const chunk = Buffer.from(bytes).subarray(skip, skip + left)
      skip = Math.max(0, skip - bytes.length)
      left -= chunk.length
      if (chunk.length > 0) yield chunk
      if (left === 0) return
    }
  }

  /** The bytes of an answer, unless none come for long. */
  private async *bytesOf({ body }: Response): AsyncIterable<Uint8Array> {
    if (body === null) return
    const reader = body.getReader()
    const giveUp = () => void reader.cancel().catch(() => {})
    try {
      for (;;) {
        const { value, done } = await unlessSilent(reader.read(), this.silenceMs, giveUp)
        if (done) return
        yield value
      }
    } finally {
      giveUp()
    }
  }

  /** `fetch`, unless not even an answer begins for long. */
  private async fetch(url: string, init: RequestInit): Promise<Response> {
    const late = new AbortController()
    return unlessSilent(fetch(url, { ...init, signal: late.signal }), this.silenceMs, () => late.abort())
  }

  private async get(file: HubFile, from: number, to: number): Promise<Response> {
    const range = { range: `bytes=${from}-${to - 1}` }
    const known = this.storage.get(file.path)
    if (known !== undefined) {
      const response = await this.fetch(known, { headers: range })
      if (response.ok) return response
      await response.body?.cancel()
      this.storage.delete(file.path) // an address like this holds for an hour or so
    }
    const url = `${this.base('')}/resolve/${await this.head()}/${file.path.split('/').map(encodeURIComponent).join('/')}`
    const response = await this.ask(url, { headers: { ...this.headers, ...range }, redirect: 'manual' })
    const location = response.headers.get('location')
    if (response.status < 300 || location === null) return response
    await response.body?.cancel()
    const address = new URL(location, url)
    const isSame = address.origin === new URL(url).origin
    const sent = await this.ask(String(address), { headers: { ...(isSame ? this.headers : {}), ...range }, redirect: 'follow' })
    if (!isSame) this.storage.set(file.path, String(address))
    return sent
  }

  private async *list(folder: string, recursive: boolean): AsyncIterable<HubFile> {
    const { type, name } = this.path
    const { endpoint, token } = this.access
    const revision = await this.head()
    const { listFiles, HubApiError } = await import('@huggingface/hub')
    try {
      const asked = { repo: { type, name }, revision, recursive, hubUrl: endpoint, ...(folder === '' ? {} : { path: folder }) }
      for await (const entry of listFiles({ ...asked, ...(token === null ? {} : { accessToken: token }) }))
        if (entry.type === 'file') yield { path: entry.path, size: entry.size }
    } catch (error) {
      // A folder that is not there holds no files.
      if (error instanceof HubApiError && error.statusCode === 404) return
      throw this.failed('list', error)
    }
  }

  /** The commit that the revision stands at. */
  private async head(): Promise<string> {
    if (this.commit !== null) return this.commit
    const url = `${this.base('api/')}/revision/${encodeURIComponent(this.path.revision)}`
    const response = await this.ask(url, { headers: this.headers })
    const { sha } = (await response.json().catch(() => ({}))) as { sha?: unknown }
    if (typeof sha !== 'string') throw this.failed('open', new Error('the answer names no commit: it is no hub'))
    return (this.commit = sha)
  }

  private base(api: string): string {
    const { type, name } = this.path
    const folder = type === 'model' && api === '' ? '' : `${type}s/`
    return `${this.access.endpoint}/${api}${folder}${name}`
  }

  private get headers(): { [name: string]: string } {
    const { token } = this.access
    return token === null ? {} : { authorization: `Bearer ${token}` }
  }

  /** Ask, again where the server is busy or stumbles. Throws where it refuses. */
  private async ask(url: string, init: RequestInit): Promise<Response> {
    for (let tries = 1; ; tries++) {
      let response: Response
      try {
        response = await this.fetch(url, init)
      } catch (error) {
        if (tries >= TRIES) throw this.failed('reach', (error as Error).cause ?? error)
        await sleep(WAIT_MS * tries)
        continue
      }
      const { status } = response
      if (status < 400) return response
      await response.body?.cancel()
      const isPassing = status === 429 || status >= 500
      if (!isPassing || tries >= TRIES) throw this.refused(status)
      await sleep(Math.min(Math.max(0, Number(response.headers.get('retry-after')) * 1000) || WAIT_MS * tries, LONGEST_MS))
    }
  }

  private refused(status: number): TracewrightError {
    const { name, revision } = this.path
    const { token } = this.access
    const hints: { readonly [status: number]: string } = {
      401: token === null ? `Set HF_TOKEN, or 'token' of the seed, where it is private` : 'Look whether the token is valid',
      403: 'The token may not read it; a gated dataset wants its terms accepted first',
      404: `Look at the names of '${name}' and '${revision}'${token === null ? '; a private one needs a token (HF_TOKEN)' : ''}`,
      429: 'The hub has too much to do; try again later',
    }
    return new TracewrightError('seed', `Cannot read seed '${this.place}': ${this.access.endpoint} answered ${status}`, {
      hint: hints[status] ?? 'Try again',
    })
  }

  private failed(what: string, error: unknown): TracewrightError {
    if (error instanceof TracewrightError) return error
    const status = (error as { statusCode?: number }).statusCode
    if (status !== undefined) return this.refused(status)
    return new TracewrightError('seed', `Cannot ${what} '${this.place}' at ${this.access.endpoint}: ${messageOf(error)}`, { cause: error })
  }
}

const TRIES = 4
const WAIT_MS = 200
const LONGEST_MS = 20_000
const SILENCE_MS = 60_000
