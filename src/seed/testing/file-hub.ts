import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What was asked of the hub or its storage. */
export type HubRequest = { at: 'hub' | 'storage'; path: string; range: string | null; token: string | null; bytes: number }

/** How a hub behaves. */
export type FileHubOptions = {
  token?: string // without it nothing is told
  keepsRanges?: boolean // false: ranges are not known; default true
  page?: number // files of one page of a listing; default 1000
  storageAside?: boolean // whether files are sent by another server; default true
  cut?: (request: HubRequest, nth: number) => number | null // end an answer after so many bytes
  fallsSilent?: boolean // what is cut is not ended: nothing more comes
  status?: (path: string, nth: number) => number | null // answer so instead
}

/** A stand-in of the Hugging Face hub: it lists and sends files of repositories, by ranges, and remembers what it was asked. */
export class FileHub implements AsyncDisposable {
  readonly requests: HubRequest[] = []
  /** Files by repository, e.g. `datasets/ada/notes`, and by revision. */
  readonly repos = new Map<string, Map<string, { [path: string]: Buffer }>>()
  private readonly options: FileHubOptions
  private readonly hub: Server
  private readonly storage: Server

  private constructor(options: FileHubOptions) {
    this.options = options
    this.hub = createServer((request, response) => this.answer(request, response))
    this.storage = createServer((request, response) => {
      const [, repo, commit, path] = /^\/(.+?)@([0-9a-f]{40})\/(.+)$/.exec(decodeURIComponent(request.url!)) ?? []
      this.send('storage', request, response, this.contentOf(repo!, commit!, path!))
    })
  }

  /** Start one with these files in `datasets/ada/notes` at main. */
  static async start(files: { [path: string]: Buffer | string } = {}, options: FileHubOptions = {}): Promise<FileHub> {
    const hub = new FileHub(options)
    hub.put('datasets/ada/notes', files)
    for (const server of [hub.hub, hub.storage]) await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    return hub
  }

  /** Put files into a repository. */
  put(repo: string, files: { [path: string]: Buffer | string }, revision = 'main'): void {
    const revisions = this.repos.get(repo) ?? new Map<string, { [path: string]: Buffer }>()
    const bytes = Object.fromEntries(Object.entries(files).map(([path, content]) => [path, Buffer.from(content as string)]))
    revisions.set(revision, bytes)
    revisions.set(commitOf(`${revision} ${Object.keys(files).join()} ${Math.random()}`), bytes)
    this.repos.set(repo, revisions)
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.hub.address() as AddressInfo).port}`
  }

  /** Bytes of files that were sent. */
  get bytes(): number {
    return this.requests.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** Requests for bytes of files. */
  get reads(): HubRequest[] {
    return this.requests.filter(({ bytes }) => bytes > 0)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of [this.hub, this.storage]) {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    }
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url!, this.endpoint)
    const path = decodeURIComponent(url.pathname)
    const status = this.options.status?.(path, this.requests.length + 1) ?? null
    const json = (code: number, value: unknown, headers: { [name: string]: string } = {}) => {
      if (!path.includes('/resolve/')) this.note('hub', request, path)
      response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value))
    }
    if (status !== null) return void json(status, { error: 'no' })
    const { token } = this.options
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) return void json(401, { error: 'Invalid credentials' })
    const [, api, repo, what, rest = ''] =
      /^\/(api\/)?((?:datasets\/|spaces\/|models\/)?[\w.-]+\/[\w.-]+)\/(revision|tree|resolve)\/(.+)$/.exec(path) ?? []
    const revisions = this.repos.get(api === undefined || repo!.startsWith('datasets/') ? (repo ?? '') : repo!.replace(/^models\//, ''))
    if (revisions === undefined) return void json(404, { error: 'Repository not found' })
    if (what === 'revision') {
      const files = revisions.get(rest)
      const sha = [...revisions].findLast(([name, held]) => held === files && /^[0-9a-f]{40}$/.test(name))?.[0]
      return void (sha === undefined ? json(404, { error: 'Invalid rev id' }) : json(200, { sha, id: repo }))
    }
    const [, commit, below = ''] = /^([0-9a-f]{40})\/?(.*)$/.exec(rest) ?? []
    const files = revisions.get(commit ?? '')
    if (files === undefined) return void json(404, { error: 'no such revision' })
    if (what === 'tree') return void this.tree(url, Object.entries(files), below, json)
    if (files[below] === undefined) return void json(404, { error: 'Entry not found' })
    if (this.options.storageAside === false) return void this.send('hub', request, response, files[below])
    this.note('hub', request, path)
    const storage = `http://127.0.0.1:${(this.storage.address() as AddressInfo).port}`
    response.writeHead(302, { location: `${storage}/${repo}@${commit}/${encodeURI(below)}` }).end()
  }

  private tree(
    url: URL,
    files: [string, Buffer][],
    below: string,
    json: (code: number, value: unknown, headers?: { [name: string]: string }) => void,
  ): void {
    const inside = files.filter(([path]) => below === '' || path.startsWith(`${below}/`))
    if (inside.length === 0) return void json(404, { error: 'Entry not found' })
    const isRecursive = url.searchParams.get('recursive') === 'true'
    const listed = inside.filter(([path]) => isRecursive || !path.slice(below === '' ? 0 : below.length + 1).includes('/'))
    const from = Number(url.searchParams.get('cursor') ?? 0)
    const to = from + (this.options.page ?? 1000)
    const page = listed.slice(from, to).map(([path, content]) => ({ type: 'file', path, size: content.length, oid: commitOf(path) }))
    url.searchParams.set('cursor', String(to))
    json(200, page, to < listed.length ? { link: `<${url.href}>; rel="next"` } : {})
  }

  private contentOf(repo: string, commit: string, path: string): Buffer {
    return this.repos.get(repo)!.get(commit)![path]!
  }

  private send(at: 'hub' | 'storage', request: IncomingMessage, response: ServerResponse, content: Buffer): void {
    const [, from = '0', to = ''] = /^bytes=(\d+)-(\d+)?$/.exec(request.headers.range ?? '') ?? []
    const isRange = request.headers.range !== undefined && this.options.keepsRanges !== false
    const end = isRange && to !== '' ? Number(to) + 1 : content.length
    const bytes = isRange ? content.subarray(Number(from), end) : content
    const noted = this.note(at, request, decodeURIComponent(request.url!), bytes.length)
    const cut = this.options.cut?.(noted, this.reads.length) ?? null
    response.writeHead(isRange ? 206 : 200, {
      'content-length': String(bytes.length),
      ...(isRange ? { 'content-range': `bytes ${from}-${end - 1}/${content.length}` } : {}),
    })
    if (cut === null) response.end(bytes)
    else response.write(bytes.subarray(0, cut), () => this.options.fallsSilent !== true && response.destroy())
  }

  private note(at: 'hub' | 'storage', request: IncomingMessage, path: string, bytes = 0): HubRequest {
    const token = request.headers.authorization ?? null
    const noted = { at, path, range: request.headers.range ?? null, token, bytes }
    this.requests.push(noted)
    return noted
  }
}

function commitOf(text: string): string {
  return createHash('sha1').update(text).digest('hex')
}
