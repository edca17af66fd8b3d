import { openAsBlob } from 'node:fs'
import { messageOf, TracewrightError } from '../../errors.ts'
import { defineHome, type HomeFile, type HomeKey, type RunHome } from './home.ts'

/** A dataset of the Hugging Face hub as a home, with a token of its own. */
export function openHub(place: string, options: HubOptions): RunHome {
  return new HubHome(place, options)
}

/**
 * A dataset of the Hugging Face hub as a home. Each write is a commit on the head that was looked at, so that a key is made once; many
 * keys are one commit. That makes it a place for finished runs, and a slow one to work in.
 */
class HubHome implements RunHome {
  readonly place: string
  readonly folder = null
  private readonly repo: { type: 'dataset'; name: string }
  private readonly prefix: string
  private readonly environment: NodeJS.ProcessEnv
  private readonly visibility: 'private' | 'public'

  constructor(place: string, { environment = process.env, visibility = 'private' }: HubOptions = {}) {
    const [, name, prefix = ''] = HUB_URL.exec(place) ?? []
    if (name === undefined)
      throw new TracewrightError('usage', `Cannot open '${place}': expected hf://datasets/USER/NAME or hf://datasets/USER/NAME/FOLDER`)
    this.place = place
    this.repo = { type: 'dataset', name }
    this.prefix = prefix === '' ? '' : `${prefix.replace(/\/+$/, '')}/`
    this.environment = environment
    this.visibility = visibility
  }

  async putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean> {
    return this.commit([{ key, content: new Blob([Buffer.from(bytes)]) }], [], key)
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    await this.commit([{ key, content: new Blob([Buffer.from(bytes)]) }], [])
  }

  async putFile(key: string, path: string): Promise<void> {
    await this.commit([{ key, content: await openAsBlob(path) }], [])
  }

  async putAll(files: readonly HomeFile[], removed: readonly string[]): Promise<void> {
    await this.commit(files, removed)
  }

  async get(key: string): Promise<Buffer | null> {
    return this.asking(`read '${key}' of`, async () => {
      const head = await this.head()
      if (head === null) return null
      const { downloadFile } = await import('@huggingface/hub')
      const blob = await downloadFile({ repo: this.repo, path: this.prefix + key, revision: head, xet: false, ...this.hub })
      return blob === null ? null : Buffer.from(await blob.arrayBuffer())
    })
  }

  async copy(from: string, to: string): Promise<void> {
    const bytes = await this.get(from)
    if (bytes === null) throw new TracewrightError('file', `Cannot copy '${from}' in '${this.place}': nothing is there`)
    await this.put(to, bytes)
  }

  async list(prefix: string): Promise<HomeKey[]> {
    return this.asking('list', async () => this.keysAt(await this.head(), prefix))
  }

  async names(folder: string): Promise<string[]> {
    const names = (await this.list(folder)).map(({ key }) => /^[^/]*\/?/.exec(key.slice(folder.length))![0])
    return [...new Set(names)].sort()
  }

  async remove(key: string): Promise<void> {
    if ((await this.list(key)).some(found => found.key === key)) await this.commit([], [key])
  }

  async removeBelow(prefix: string): Promise<void> {
    const keys = (await this.list(prefix)).map(({ key }) => key)
    if (keys.length > 0) await this.commit([], keys)
  }

  /** One commit on the head, made again where somebody else was quicker. False: `absent` was there already. */
  private async commit(files: readonly HomeFile[], removed: readonly string[], absent: string | null = null): Promise<boolean> {
    return this.asking('write to', async () => {
      const { commit, createRepo, HubApiError } = await import('@huggingface/hub')
      for (let tries = 1; ; tries++) {
        const head = await this.head()
        if (head === null) {
          if (tries > UNSEEN_TRIES) throw this.unseen()
          await createRepo({ repo: this.repo, visibility: this.visibility, ...this.hub }).catch(error => {
            if (!(error instanceof HubApiError && error.statusCode === 409)) throw error // another has made it, just now or for others to read
          })
          await pause(tries)
          continue
        }
        if (absent !== null && (await this.keysAt(head, absent)).some(({ key }) => key === absent)) return false
        const added = files.map(({ key, content }) => ({ operation: 'addOrUpdate' as const, path: this.prefix + key, content }))
        const deleted = removed.map(key => ({ operation: 'delete' as const, path: this.prefix + key }))
        const title =
          files.length === 1
            ? `Write ${files[0]!.key}`
            : files.length === 0
              ? `Take ${removed.length} files away`
              : `Write ${files.length} files`
        try {
          await commit({ repo: this.repo, title, operations: [...added, ...deleted], parentCommit: head, useXet: false, ...this.hub })
          return true
        } catch (error) {
          if (!(error instanceof HubApiError && [409, 412].includes(error.statusCode)) || tries >= TRIES) throw error
          await pause(tries)
        }
      }
    })
  }

  private async keysAt(head: string | null, prefix: string): Promise<HomeKey[]> {
    if (head === null) return []
    const { listFiles } = await import('@huggingface/hub')
    const keys: HomeKey[] = []
    for await (const { type, path, size, oid } of listFiles({ repo: this.repo, recursive: true, revision: head, ...this.hub }))
      if (type === 'file' && path.startsWith(this.prefix + prefix))
        keys.push({ key: path.slice(this.prefix.length), bytes: size, tag: oid ?? '' })
    return keys.sort((a, b) => (a.key < b.key ? -1 : 1))
  }

  /** The commit that is at the head; null where there is no such dataset. */
  private async head(): Promise<string | null> {
    const { HubApiError } = await import('@huggingface/hub')
    const { hubUrl, accessToken } = this.hub
    const answer = await fetch(`${hubUrl}/api/datasets/${this.repo.name}/revision/main`, {
      headers: { authorization: `Bearer ${accessToken}` },
    })
    if (answer.status === 404) return null
    if (!answer.ok) throw new HubApiError(answer.url, answer.status)
    return String(((await answer.json()) as { sha?: unknown }).sha)
  }

  private get hub(): { accessToken: string; hubUrl: string } {
    const { HF_TOKEN, HF_ENDPOINT } = this.environment
    if (HF_TOKEN === undefined || !HF_TOKEN.startsWith('hf_'))
      throw new TracewrightError('usage', `Cannot use '${this.place}': no token`, {
        hint: "Set HF_TOKEN to a token that may write; expected one that begins with 'hf_'",
      })
    return { accessToken: HF_TOKEN, hubUrl: HF_ENDPOINT ?? 'https://huggingface.co' }
  }

  private unseen(): TracewrightError {
    return new TracewrightError('file', `Cannot write to '${this.place}': the hub says that the dataset is there, and does not show it`, {
      hint: 'The token may not read it; use one that may, or another dataset',
    })
  }

  private async asking<T>(what: string, action: () => Promise<T>): Promise<T> {
    try {
      return await action()
    } catch (error) {
      if (error instanceof TracewrightError) throw error
      const status = (error as { statusCode?: number }).statusCode
      throw new TracewrightError(
        'file',
        `Cannot ${what} '${this.place}': ${status === undefined ? messageOf(error) : `the hub answered ${status}`}`,
        {
          hint: HINTS[status ?? 0] ?? 'Try again',
          cause: error,
        },
      )
    }
  }
}

/** Whose token is used (HF_TOKEN) at which hub (HF_ENDPOINT), and who sees a dataset that is made. Default: those of the process; nobody else. */
type HubOptions = { environment?: NodeJS.ProcessEnv; visibility?: 'private' | 'public' }

/** A dataset of the Hugging Face hub as a home. */
export const hf = defineHome({
  name: 'hf',
  description: 'A dataset of the Hugging Face hub (`HF_TOKEN`, `HF_ENDPOINT`), for finished runs: `merge HOME --to hf://…` is one commit',
  example: 'hf://datasets/ada/summaries',
  isForFinishedRuns: true,
  matches: place => /^hf:\/\//i.test(place),
  open: place => new HubHome(place),
})

const HUB_URL = /^hf:\/\/datasets\/([\w.-]+\/[\w.-]+)(?:\/(.*))?$/i
const TRIES = 60
const UNSEEN_TRIES = 8
const WAIT_MS = 40
const pause = (tries: number) => new Promise(resolve => setTimeout(resolve, Math.random() * WAIT_MS * tries))
const HINTS: { readonly [status: number]: string } = {
  401: 'The token is not valid',
  403: 'The token may not write there',
  409: 'Somebody else writes there all the time; try again',
  412: 'Somebody else writes there all the time; try again',
}
