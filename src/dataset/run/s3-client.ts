import { messageOf, TracewrightError } from '../../errors.ts'

/** What storage answered. */
export type S3Answer = { status: number; headers: Headers; body: Buffer }

/** One request: a key below the bucket, what is asked of it, and what is sent. */
export type S3Request = { key?: string; query?: { [name: string]: string }; headers?: { [name: string]: string }; body?: Uint8Array }

/**
 * Signed requests to a bucket of S3-compatible storage, as the usual variables say: AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL, AWS_REGION,
 * AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN. Where no key is in the environment, the credentials of the machine are asked
 * for through `@aws-sdk/credential-provider-node`, where that is installed. Throttling and stumbles of the server are tried again.
 */
export class S3Client {
  readonly bucket: string
  private readonly environment: NodeJS.ProcessEnv
  private client: Promise<import('aws4fetch').AwsClient> | null = null

  constructor(bucket: string, environment: NodeJS.ProcessEnv = process.env) {
    this.bucket = bucket
    this.environment = environment
  }

  /** Send a request. Throws where the answer is neither of these statuses nor a success. */
  async send(method: string, request: S3Request, allowed: readonly number[] = []): Promise<S3Answer> {
    const { key = '', query = {}, headers = {}, body } = request
    const url = new URL(`${this.base}/${encoded(key)}`)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    let answer: S3Answer
    try {
      const client = await (this.client ??= this.connect())
      const response = await client.fetch(url, { method, headers, ...(body === undefined ? {} : { body: Buffer.from(body) }) })
      answer = { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) }
    } catch (error) {
      if (error instanceof TracewrightError) throw error
      throw this.failure(method, key, causeOf(error))
    }
    if (answer.status < 300 || allowed.includes(answer.status)) return answer
    const code = /<Code>([^<]*)<\/Code>/.exec(answer.body.toString('utf8'))?.[1]
    throw this.failure(method, key, `it answered ${answer.status}${code === undefined ? '' : ` ${code}`}`)
  }

  private failure(method: string, key: string, reason: string): TracewrightError {
    return new TracewrightError('file', `Cannot ${method} 's3://${this.bucket}/${key}': ${reason}`, {
      hint: 'Look at AWS_ENDPOINT_URL_S3, AWS_REGION and the credentials (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY)',
    })
  }

  private get base(): string {
    const { AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL } = this.environment
    const endpoint = AWS_ENDPOINT_URL_S3 ?? AWS_ENDPOINT_URL
    if (endpoint !== undefined) return `${endpoint.replace(/\/+$/, '')}/${this.bucket}`
    // A certificate of Amazon's holds for one level of names.
    return this.bucket.includes('.')
      ? `https://s3.${this.region}.amazonaws.com/${this.bucket}`
      : `https://${this.bucket}.s3.${this.region}.amazonaws.com`
  }

  private get region(): string {
    return this.environment['AWS_REGION'] ?? this.environment['AWS_DEFAULT_REGION'] ?? 'us-east-1'
  }

  private async connect(): Promise<import('aws4fetch').AwsClient> {
    const [{ AwsClient }, credentials] = await Promise.all([import('aws4fetch'), credentialsFrom(this.environment)])
    return new AwsClient({ ...credentials, service: 's3', region: this.region, retries: RETRIES })
  }
}

const RETRIES = 6

type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string }

async function credentialsFrom(environment: NodeJS.ProcessEnv): Promise<Credentials> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = environment
  if (AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY)
    return {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
    }
  try {
    const chain = (await import(CREDENTIAL_CHAIN)) as { defaultProvider(): () => Promise<Credentials> }
    return await chain.defaultProvider()()
  } catch (error) {
    throw new TracewrightError('usage', `Cannot sign requests to S3: found no key in the environment, and no other credentials`, {
      hint: `Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or install ${CREDENTIAL_CHAIN} for profiles and roles`,
      cause: error,
    })
  }
}

/** Named here alone, so that nothing looks for it before it is needed. */
const CREDENTIAL_CHAIN: string = '@aws-sdk/credential-provider-node'

/** A key as a path: what is not plain in a segment is escaped, as signatures expect. */
function encoded(key: string): string {
  return key.split('/').map(escaped).join('/')
}

/** A segment of a path or a header, escaped as RFC 3986 has it. */
export function escaped(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  return messageOf(cause instanceof Error ? cause : error)
}
