import { readBytes } from '../../disk/read-file.ts'
import { TracewrightError } from '../../errors.ts'
import { percentDecoded } from '../../percent-decoded.ts'
import { defineHome, type HomeFile, type HomeKey, putOneByOne, type RunHome } from './home.ts'
import { escaped, S3Client } from './s3-client.ts'

/** S3-compatible storage as a home. A key is made once by `If-None-Match: *`; what is written is there whole or not at all. */
class S3Home implements RunHome {
  readonly place: string
  readonly folder = null
  private readonly client: S3Client
  private readonly prefix: string

  constructor(place: string) {
    const [, bucket, prefix] = S3_URL.exec(place) ?? []
    if (bucket === undefined) throw new TracewrightError('usage', `Cannot open '${place}': expected s3://BUCKET/PREFIX`)
    this.place = place
    this.client = new S3Client(bucket)
    this.prefix = prefix === undefined || prefix === '' ? '' : `${prefix.replace(/\/+$/, '')}/`
  }

  async putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean> {
    for (let tries = 1; ; tries++) {
      const request = { key: this.prefix + key, headers: { 'if-none-match': '*' }, body: bytes }
      const { status } = await this.client.send('PUT', request, tries < CONFLICTS ? [409, 412] : [412])
      if (status !== 409) return status !== 412
      await new Promise(resolve => setTimeout(resolve, CONFLICT_WAIT_MS)) // two were written at once, and none of them counts
    }
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    await this.client.send('PUT', { key: this.prefix + key, body: bytes })
  }

  async putFile(key: string, path: string): Promise<void> {
    await this.put(key, readBytes(path))
  }

  async putAll(files: readonly HomeFile[], removed: readonly string[]): Promise<void> {
    await putOneByOne(this, files, removed)
  }

  async get(key: string): Promise<Buffer | null> {
    const { status, body } = await this.client.send('GET', { key: this.prefix + key }, [404])
    return status === 404 ? null : body
  }

  async copy(from: string, to: string): Promise<void> {
    const source = `/${this.client.bucket}/${this.prefix}${from}`.split('/').map(escaped).join('/')
    await this.client.send('PUT', { key: this.prefix + to, headers: { 'x-amz-copy-source': source } })
  }

  async list(prefix: string): Promise<HomeKey[]> {
    const keys: HomeKey[] = []
    for await (const { text, plain } of this.pages(prefix, {}))
      for (const [, contents] of text.matchAll(/<Contents>([\s\S]*?)<\/Contents>/g)) {
        const tag = unescapedXml(textOf(contents!, 'ETag'))
        keys.push({ key: plain(textOf(contents!, 'Key')), bytes: Number(textOf(contents!, 'Size')), tag })
      }
    return keys.sort((a, b) => (a.key < b.key ? -1 : 1))
  }

  async names(folder: string): Promise<string[]> {
    const names: string[] = []
    for await (const { text, plain } of this.pages(folder, { delimiter: '/' })) {
      const found = text.matchAll(/<(?:Contents>[\s\S]*?<Key|CommonPrefixes>\s*<Prefix)>([^<]*)</g)
      for (const [, name] of found) names.push(plain(name!).slice(folder.length))
    }
    return names.sort()
  }

  async remove(key: string): Promise<void> {
    await this.client.send('DELETE', { key: this.prefix + key }, [404])
  }

  async removeBelow(prefix: string): Promise<void> {
    for (const { key } of await this.list(prefix)) await this.remove(key)
  }

  /** What the storage tells of keys that begin so, a page at a time, and how names in it are read: as keys of this home. */
  private async *pages(prefix: string, more: { [name: string]: string }): AsyncIterable<{ text: string; plain(name: string): string }> {
    let next: string | null = null
    do {
      const query: { [name: string]: string } = { 'list-type': '2', 'encoding-type': 'url', prefix: this.prefix + prefix, ...more }
      if (next !== null) query['continuation-token'] = next
      const text = (await this.client.send('GET', { query })).body.toString('utf8')
      const isEscaped = text.includes('<EncodingType>url</EncodingType>')
      const plain = (name: string) => {
        const key = unescapedXml(name)
        return (isEscaped ? percentDecoded(key.replaceAll('+', ' ')) : key).slice(this.prefix.length)
      }
      yield { text, plain }
      const before: string | null = next
      next = /<IsTruncated>true</.test(text) ? unescapedXml(textOf(text, 'NextContinuationToken')) : null
      if (next === '' || (next !== null && next === before))
        throw new TracewrightError('file', `Cannot list '${this.place}': the storage says that there is more, and not where it goes on`)
    } while (next !== null)
  }
}

/** S3-compatible storage as a home. */
export const s3 = defineHome({
  name: 's3',
  description: 'S3-compatible storage that honours `If-None-Match: *`: Amazon S3, MinIO, Cloudflare R2 and others',
  example: 's3://bucket/runs/summaries',
  matches: place => /^s3:\/\//i.test(place),
  open: place => new S3Home(place),
})

const S3_URL = /^s3:\/\/([^/]+)(?:\/(.*))?$/i
const CONFLICT_WAIT_MS = 50
const CONFLICTS = 40 // of two writers at once, in a row, before it is told that they do not end

function textOf(xml: string, name: string): string {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? ''
}

function unescapedXml(text: string): string {
  const named: { [name: string]: string } = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) =>
    decimal !== undefined
      ? String.fromCodePoint(Number(decimal))
      : hex !== undefined
        ? String.fromCodePoint(Number.parseInt(hex, 16))
        : (named[name] ?? whole),
  )
}
