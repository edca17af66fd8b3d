import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A dataset as the stand-in of the hub holds it. */
export type HubRepo = {
  visibility: string
  head: string
  files: Map<string, Buffer>
  commits: { parent: string | undefined; summary: string; operations: number }[]
}

/** A stand-in of the Hugging Face hub: repositories, commits with a parent, large files, as much as publishing needs. */
export class HubServer {
  readonly repos = new Map<string, HubRepo>()
  readonly requests: string[] = []
  readonly hidden = new Set<string>() // repositories that are there, and that the token may not see
  token = 'hf_ofTheTest'
  largeFrom = 10_000_000 // bytes from which a file goes the way of large files
  onCommit: (() => void) | null = null // called before a commit is looked at
  private readonly objects = new Map<string, Buffer>()
  private readonly server = createServer((request, response) => {
    void this.answer(request).then(({ status, body, headers }) => response.writeHead(status, headers).end(body))
  })

  async start(): Promise<string> {
    await new Promise<void>(resolve => this.server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise(resolve => this.server.close(resolve))
  }

  private async answer(request: IncomingMessage): Promise<{ status: number; body: string | Buffer; headers: { [name: string]: string } }> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const bytes = Buffer.concat(chunks)
    const path = decodeURIComponent(new URL(request.url!, 'http://hub').pathname)
    this.requests.push(`${request.method} ${path}`)
    const json = (value: unknown, status = 200, type = 'application/json') => ({
      status,
      body: JSON.stringify(value),
      headers: { 'content-type': type },
    })
    if (path.startsWith('/objects/')) {
      this.objects.set(path.slice('/objects/'.length), bytes)
      return json({})
    }
    if (request.headers.authorization !== `Bearer ${this.token}`) return json({ error: 'Invalid credentials' }, 401)
    const [, readName, readFile] = /^\/datasets\/([^/]+\/[^/]+)\/resolve\/[^/]+\/(.+)$/.exec(path) ?? []
    if (readName !== undefined) {
      const content = this.repos.get(readName)?.files.get(readFile!)
      if (content === undefined) return { status: 404, body: '', headers: { 'x-error-code': 'EntryNotFound' } }
      // The client asks for the first byte to hear of the size, and then for all.
      const isFirst = request.headers.range === 'bytes=0-0'
      const range = { etag: `"${oid(content.toString('hex'))}"`, 'content-range': `bytes 0-0/${content.length}` }
      return isFirst ? { status: 206, body: content.subarray(0, 1), headers: range } : { status: 200, body: content, headers: {} }
    }
    if (path === '/api/repos/create') {
      const asked = JSON.parse(bytes.toString()) as { name: string; organization?: string; visibility?: string; private?: boolean }
      const name = asked.organization === undefined ? asked.name : `${asked.organization}/${asked.name}`
      if (this.repos.has(name) || this.hidden.has(name)) return json({ error: 'You already created this dataset repo' }, 409)
      const visibility = asked.visibility ?? (asked.private ? 'private' : 'public')
      this.repos.set(name, { visibility, head: oid(name), files: new Map([['.gitattributes', Buffer.from('')]]), commits: [] })
      return json({ url: `/datasets/${name}`, id: name })
    }
    const lfs = /^\/datasets\/(.+)\.git\/info\/lfs\/objects\/batch$/.exec(path)
    if (lfs !== null) {
      const { objects } = JSON.parse(bytes.toString()) as { objects: { oid: string; size: number }[] }
      const href = (id: string) => `http://${request.headers.host}/objects/${id}`
      return json(
        { transfer: 'basic', objects: objects.map(object => ({ ...object, actions: { upload: { href: href(object.oid), header: {} } } })) },
        200,
        'application/vnd.git-lfs+json',
      )
    }
    const [, name, what] = /^\/api\/datasets\/([^/]+\/[^/]+)\/(revision|preupload|commit|tree)\//.exec(path) ?? []
    const repo = this.repos.get(name ?? '')
    if (repo === undefined) return json({ error: 'Repository not found' }, 404)
    if (what === 'revision') return json({ sha: repo.head, id: name })
    if (what === 'tree')
      return json([...repo.files].map(([file, content]) => ({ type: 'file', path: file, size: content.length, oid: oid(file) })))
    if (what === 'preupload') {
      const { files } = JSON.parse(bytes.toString()) as { files: { path: string; size: number }[] }
      return json({
        files: files.map(file => ({ path: file.path, uploadMode: file.size >= this.largeFrom ? 'lfs' : 'regular', shouldIgnore: false })),
      })
    }
    return this.commit(repo, bytes.toString(), json)
  }

  private commit(
    repo: HubRepo,
    text: string,
    json: (value: unknown, status?: number) => { status: number; body: string; headers: { [name: string]: string } },
  ) {
    this.onCommit?.()
    const [header, ...operations] = text.split('\n').map(line => JSON.parse(line) as { key: string; value: { [key: string]: string } })
    const { parentCommit: parent, summary } = header!.value
    if (parent !== undefined && parent !== repo.head) return json({ error: 'A commit has happened since' }, 412)
    for (const { key, value } of operations) {
      if (key === 'file') repo.files.set(value['path']!, Buffer.from(value['content']!, value['encoding'] as BufferEncoding))
      else if (key === 'lfsFile') repo.files.set(value['path']!, this.objects.get(value['oid']!)!)
      else if (key === 'deletedFile') repo.files.delete(value['path']!)
    }
    repo.head = oid(text)
    repo.commits.push({ parent, summary: summary!, operations: operations.length })
    return json({ commitOid: repo.head, commitUrl: `/commit/${repo.head}`, hookOutput: '' })
  }
}

function oid(text: string): string {
  return createHash('sha1').update(text).digest('hex')
}
