import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AwsV4Signer } from 'aws4fetch'

/** How a stand-in for S3 behaves: keys a page, whether it knows conditions, and how often it stumbles first. */
export type S3Options = { pageSize?: number; ignoresConditions?: boolean; failures?: number }

/** A stand-in for S3 on this machine: objects in memory, signatures checked, `If-None-Match: *` honoured. */
export type S3Server = {
  environment: { [name: string]: string }
  objects: Map<string, Buffer> // by bucket/key
  requests: string[] // method and key
  close(): Promise<void>
}

const KEY = { accessKeyId: 'test', secretAccessKey: 'secret' }

/** Start a stand-in. */
export async function startS3Server(options: S3Options): Promise<S3Server> {
  const objects = new Map<string, Buffer>()
  const requests: string[] = []
  let failures = options.failures ?? 0
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    const url = new URL(request.url!, `http://${request.headers.host}`)
    const key = decodeURIComponent(url.pathname.slice(1))
    requests.push(`${request.method} ${key}`)
    if (failures-- > 0) return refuse(response, 503, 'SlowDown')
    if (!(await isSigned(request, url, body))) return refuse(response, 403, 'SignatureDoesNotMatch')
    if (request.method === 'GET' && url.searchParams.has('list-type'))
      return list(response, objects, key.replace(/\/$/, ''), url, options.pageSize ?? 1000)
    if (request.method === 'GET') {
      const found = objects.get(key)
      return found === undefined ? refuse(response, 404, 'NoSuchKey') : void response.writeHead(200).end(found)
    }
    if (request.method === 'DELETE') {
      objects.delete(key)
      return void response.writeHead(204).end()
    }
    const source = request.headers['x-amz-copy-source']
    if (typeof source === 'string') {
      const from = objects.get(decodeURIComponent(source).slice(1))
      if (from === undefined) return refuse(response, 404, 'NoSuchKey')
      objects.set(key, from)
      return void response.writeHead(200).end('<CopyObjectResult/>')
    }
    if (request.headers['if-none-match'] === '*' && !options.ignoresConditions && objects.has(key))
      return refuse(response, 412, 'PreconditionFailed')
    objects.set(key, body)
    response.writeHead(200).end()
  })
  server.listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  return {
    environment: {
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: KEY.accessKeyId,
      AWS_SECRET_ACCESS_KEY: KEY.secretAccessKey,
      AWS_REGION: 'eu-central-1',
    },
    objects,
    requests,
    close: () => {
      server.closeAllConnections()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' }).end(`<Error><Code>${code}</Code></Error>`)
}

/** Whether a request carries the signature of the key it is to be signed with. */
async function isSigned(request: IncomingMessage, url: URL, body: Buffer): Promise<boolean> {
  const given = /Credential=[^/]+\/\d+\/([^/]+)\/s3\/.*SignedHeaders=([^,]+), Signature=([0-9a-f]+)/.exec(
    request.headers.authorization ?? '',
  )
  if (given === null) return false
  const [, region, names, signature] = given
  const headers = Object.fromEntries(
    names!
      .split(';')
      .filter(name => name !== 'host')
      .map(name => [name, String(request.headers[name])]),
  )
  const { 'x-amz-date': datetime, ...others } = headers
  const signer = new AwsV4Signer({
    method: request.method!,
    url: url.href,
    headers: others,
    ...(body.length === 0 ? {} : { body }),
    ...KEY,
    service: 's3',
    region: region!,
    datetime: datetime!,
  })
  return (await signer.signature()) === signature
}

function list(response: ServerResponse, objects: ReadonlyMap<string, Buffer>, bucket: string, url: URL, pageSize: number): void {
  const prefix = `${bucket}/${url.searchParams.get('prefix') ?? ''}`
  const after = url.searchParams.get('continuation-token')
  const delimiter = url.searchParams.get('delimiter')
  // What lies behind the next delimiter is told once, by the folder it lies in.
  const folded = (key: string) => {
    const end = delimiter === null ? -1 : key.indexOf(delimiter, prefix.length)
    return end < 0 ? key : key.slice(0, end + 1)
  }
  const names = new Set([...objects.keys()].filter(key => key.startsWith(prefix)).map(folded))
  const keys = [...names].filter(key => after === null || key > after).sort()
  const page = keys.slice(0, pageSize)
  const isTruncated = keys.length > pageSize
  const escaped = (key: string) => encodeURIComponent(key.slice(bucket.length + 1)).replaceAll('%20', '+')
  const contents = page.map(key => {
    const bytes = objects.get(key)
    if (bytes === undefined) return `<CommonPrefixes><Prefix>${escaped(key)}</Prefix></CommonPrefixes>`
    return `<Contents><Key>${escaped(key)}</Key><ETag>&quot;${createHash('md5').update(bytes).digest('hex')}&quot;</ETag><Size>${bytes.length}</Size></Contents>`
  })
  const next = isTruncated ? `<NextContinuationToken>${page.at(-1)!.replaceAll('&', '&amp;')}</NextContinuationToken>` : ''
  response
    .writeHead(200, { 'content-type': 'application/xml' })
    .end(
      `<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>${isTruncated}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`,
    )
}
