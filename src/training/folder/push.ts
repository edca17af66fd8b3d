import { existsSync, openAsBlob, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { commit, createRepo, HubApiError, listFiles } from '@huggingface/hub'
import { readText } from '../../disk/read-file.ts'
import { WholeFile } from '../../disk/whole-file.ts'
import { messageOf, TracewrightError } from '../../errors.ts'
import { type Known, refuseUnknownOptions } from '../../fields.ts'
import { namedCard } from './card.ts'
import type { ExportReport } from './export-report.ts'

/** Where an export is published, and how. */
export type PushOptions = {
  /** 'user/name'. */
  repo: string
  /** Default: HF_TOKEN. */
  token?: string
  /** Default: false; a repository that is there stays what it is. */
  isPublic?: boolean
  /** Tell what would be written, and write nothing. */
  isDryRun?: boolean
  /** Publish though nothing was redacted. */
  unredacted?: 'off'
  /** Default: HF_ENDPOINT, or the hub. */
  hubUrl?: string
}

const PUSH_OPTIONS: Known<PushOptions> = { repo: true, token: true, isPublic: true, isDryRun: true, unredacted: true, hubUrl: true }

/** What was published. */
export type PushReport = {
  /** 'user/name'. */
  repo: string
  /** The commit it was put on; null where there was no dataset. */
  parent: string | null
  /** The commit that was made; null for a dry run. */
  commit: string | null
  /** Files of the commit. */
  written: {
    /** In the repository. */
    path: string
    /** Its size. */
    bytes: number
  }[]
  /** Files of an earlier export, which it takes away. */
  deleted: string[]
}

/**
 * Publish an export as a dataset on the Hugging Face hub: all files in one commit on what is there, data of an earlier one taken away. Throws,
 * and nothing is published, where somebody else wrote meanwhile.
 */
export async function pushExport(folder: string, options: PushOptions): Promise<PushReport> {
  refuseUnknownOptions(options, PUSH_OPTIONS, 'pushExport')
  const { accessToken, hubUrl } = checkPush(options)
  const report = reportIn(folder)
  if (report.redaction === null && options.unredacted !== 'off')
    throw new TracewrightError('usage', `Cannot publish '${folder}': nothing in it was redacted`, {
      hint: 'Export it with --redact default, or say --redact off if it is to be published as it is',
    })
  const hub = { accessToken, hubUrl }
  const repo = { type: 'dataset' as const, name: options.repo }
  nameCard(folder, options.repo)
  const files = filesIn(folder)
  try {
    let parent = await headOf(options.repo, hub)
    const there: string[] = []
    if (parent !== null)
      for await (const { path, type } of listFiles({ repo, ...hub, recursive: true, revision: parent }))
        if (type === 'file') there.push(path)
    const deleted = there.filter(path => /^(?:data|manifest)\//.test(path) && !files.some(file => file.path === path)).sort()
    const written = files.map(({ path, bytes }) => ({ path, bytes }))
    if (options.isDryRun) return { repo: options.repo, parent, commit: null, written, deleted }
    if (parent === null) {
      await createRepo({ repo, ...hub, visibility: options.isPublic ? 'public' : 'private' })
      parent = await headOf(options.repo, hub)
    }
    const operations = await Promise.all(
      files.map(async ({ path }) => ({ operation: 'addOrUpdate' as const, path, content: await openAsBlob(join(folder, path)) })),
    )
    const made = await commit({
      repo,
      ...hub,
      title: `Write ${report.funnel.examples} ${report.funnel.examples === 1 ? 'row' : 'rows'} (${report.dialect}, ${report.view})`,
      operations: [...operations, ...deleted.map(path => ({ operation: 'delete' as const, path }))],
      ...(parent === null ? {} : { parentCommit: parent }),
      useXet: false,
    })
    return { repo: options.repo, parent, commit: made?.commit.oid ?? null, written, deleted }
  } catch (error) {
    if (error instanceof TracewrightError) throw error
    const status = error instanceof HubApiError ? error.statusCode : null
    throw new TracewrightError(
      'file',
      `Cannot publish '${options.repo}': ${status === null ? messageOf(error) : `the hub answered ${status}`}`,
      {
        hint: HINTS[status ?? 0] ?? 'Nothing was published; try again',
        cause: error,
      },
    )
  }
}

/** Throws where it is known before there is an export that it cannot be published. Gives the token, and the hub it is for. */
export function checkPush({ repo, token, hubUrl }: PushOptions): { accessToken: string; hubUrl: string } {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repo))
    throw new TracewrightError('usage', `Cannot publish as '${repo}'`, { hint: 'Expected a user or organisation and a name: user/name' })
  const accessToken = token ?? process.env['HF_TOKEN']
  if (accessToken === undefined || !accessToken.startsWith('hf_'))
    throw new TracewrightError('usage', `Cannot publish '${repo}': no token`, {
      hint: "Set HF_TOKEN to a token that may write; expected one that begins with 'hf_'",
    })
  return { accessToken, hubUrl: hubUrl ?? process.env['HF_ENDPOINT'] ?? 'https://huggingface.co' }
}

const HINTS: { readonly [status: number]: string } = {
  401: 'The token is not valid',
  403: 'The token may not write there',
  409: 'Somebody else wrote meanwhile, and nothing was published; look at what they wrote and push again',
  412: 'Somebody else wrote meanwhile, and nothing was published; look at what they wrote and push again',
}

/** The commit that is at the head; null where there is no such repository. */
async function headOf(name: string, { hubUrl, accessToken }: { hubUrl: string; accessToken: string }): Promise<string | null> {
  const answer = await fetch(`${hubUrl}/api/datasets/${name}/revision/main`, { headers: { authorization: `Bearer ${accessToken}` } })
  if (answer.status === 404) return null
  if (!answer.ok) throw new HubApiError(answer.url, answer.status)
  const { sha } = (await answer.json()) as { sha?: unknown }
  return typeof sha === 'string' ? sha : null
}

/** The card loads the dataset by the name under which it is published. */
function nameCard(folder: string, repo: string): void {
  const path = join(folder, 'README.md')
  const card = readText(path)
  const named = namedCard(card, repo)
  if (named === card) return
  const file = new WholeFile(path)
  file.write(named)
  file.close()
}

/** What is published: data, manifest, card, report. Rejects stay here. */
function filesIn(folder: string): { path: string; bytes: number }[] {
  const paths = ['data', 'manifest'].flatMap(part => readdirSync(join(folder, part)).map(name => `${part}/${name}`))
  return [...paths, 'README.md', 'export.json', 'dataset_info.json']
    .filter(path => existsSync(join(folder, path)))
    .sort()
    .map(path => ({ path, bytes: statSync(join(folder, path)).size }))
}

function reportIn(folder: string): ExportReport {
  try {
    return JSON.parse(readText(join(folder, 'export.json'))) as ExportReport
  } catch (error) {
    throw new TracewrightError('usage', `Cannot publish '${folder}': it holds no export`, {
      hint: 'Name the folder that export wrote',
      cause: error,
    })
  }
}
