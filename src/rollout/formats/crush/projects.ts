import { posix } from 'node:path'
import { isObject, stringOrNull } from '../../../json/json.ts'
import type { Source } from '../../log/source.ts'

/** The folders with stores that Crush has noted down: it keeps one in every project it was started in. */
export async function projectFolders(source: Source): Promise<string[]> {
  const listed = await source.json('projects.json').catch(() => null)
  const projects = isObject(listed) && Array.isArray(listed['projects']) ? listed['projects'].filter(isObject) : []
  return projects.flatMap(({ path, data_dir: folder }) => {
    const [project, data] = [stringOrNull(path), stringOrNull(folder)]
    if (data !== null && isAbsolute(data)) return [data]
    return project === null || !isAbsolute(project) ? [] : [posix.join(project, data ?? '.crush')]
  })
}

function isAbsolute(path: string): boolean {
  return path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path)
}
