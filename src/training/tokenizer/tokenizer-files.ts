import { existsSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { globSync } from 'tinyglobby'
import { makeFolder } from '../../disk/made-folders.ts'
import { readText } from '../../disk/read-file.ts'
import { WholeFile } from '../../disk/whole-file.ts'
import { messageOf, TracewrightError } from '../../errors.ts'

/** Texts of a tokenizer's files. */
export type TokenizerFiles = { name: string; tokenizer: string; config: string | null; template: string | null }

/** Where files of the hub come from, and where they are kept. */
export type HubOptions = {
  endpoint?: string // default: HF_ENDPOINT, else https://huggingface.co
  cache?: string // default: ~/.cache/tracewright/tokenizers
  token?: string // default: HF_TOKEN
}

/**
 * The files of a tokenizer: of a `tokenizer.json` or a folder with one, of an installed npm package, else of a model on the hub.
 * Throws one sentence where there is none.
 */
export async function findTokenizerFiles(name: string, hub: HubOptions = {}): Promise<TokenizerFiles> {
  if (existsSync(name)) return filesBeside(name, resolve(name))
  const inPackage = packageTokenizer(name)
  if (inPackage !== null) return filesBeside(name, inPackage)
  if (/^[\w.-]+\/[\w.-]+$/.test(name)) return filesOnHub(name, hub)
  throw unknown(name, 'there is no such file, folder or installed package, and it is no OWNER/MODEL of the hub')
}

const FILES = { tokenizer: 'tokenizer.json', config: 'tokenizer_config.json', template: 'chat_template.jinja' } as const

function filesBeside(name: string, path: string): TokenizerFiles {
  const isFolder = statSync(path).isDirectory()
  const file = isFolder ? join(path, FILES.tokenizer) : path
  const folder = dirname(file)
  const read = (at: string) => (existsSync(at) ? readText(at) : null)
  const tokenizer = read(file)
  if (tokenizer === null) throw unknown(name, `the folder holds no ${FILES.tokenizer}`)
  return { name, tokenizer, config: read(join(folder, FILES.config)), template: read(join(folder, FILES.template)) }
}

function packageTokenizer(name: string): string | null {
  if (!/^(@[\w.-]+\/)?[\w.-]+$/.test(name)) return null
  try {
    const manifest = createRequire(join(process.cwd(), 'package.json')).resolve.paths(name) ?? []
    for (const modules of manifest) {
      const folder = join(modules, name)
      if (!existsSync(join(folder, 'package.json'))) continue
      const [found] = globSync('**/tokenizer.json', { cwd: folder, absolute: true }).sort((a, b) => a.length - b.length)
      return found ?? null
    }
  } catch {
    return null
  }
  return null
}

async function filesOnHub(name: string, hub: HubOptions): Promise<TokenizerFiles> {
  const cache = hub.cache ?? process.env['TRACEWRIGHT_CACHE'] ?? join(homedir(), '.cache', 'tracewright', 'tokenizers')
  const folder = join(cache, name)
  const [tokenizer, config, template] = await Promise.all(Object.values(FILES).map(file => fromHub(name, file, folder, hub)))
  if (tokenizer == null) throw unknown(name, `the hub has no ${FILES.tokenizer} for it`)
  return { name, tokenizer, config: config ?? null, template: template ?? null }
}

/** A file of a model; null where it has none. What was fetched once is not fetched again. */
async function fromHub(name: string, file: string, folder: string, hub: HubOptions): Promise<string | null> {
  const path = join(folder, file)
  if (existsSync(path)) return readText(path)
  const endpoint = hub.endpoint ?? process.env['HF_ENDPOINT'] ?? 'https://huggingface.co'
  const token = hub.token ?? process.env['HF_TOKEN']
  let reply: Response
  let text: string
  try {
    reply = await fetch(`${endpoint.replace(/\/$/, '')}/${name}/resolve/main/${file}`, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    })
    text = await reply.text()
  } catch (error) {
    throw unknown(name, `the hub at ${endpoint} cannot be reached: ${messageOf((error as Error).cause ?? error)}`)
  }
  if (reply.status === 404) return null
  if (!reply.ok) {
    const isSecret = reply.status === 401 || reply.status === 403
    throw unknown(name, `the hub answered ${reply.status} for ${file}${isSecret ? ': the model does not exist or needs HF_TOKEN' : ''}`)
  }
  makeFolder(folder)
  const kept = new WholeFile(path)
  kept.write(text)
  kept.close()
  return text
}

function unknown(name: string, reason: string): TracewrightError {
  return new TracewrightError('config', `Cannot find a tokenizer for '${name}': ${reason}`, {
    hint: 'Expected a tokenizer.json, a folder with one, an npm package that holds one, OWNER/MODEL of the hub, or o200k',
  })
}
