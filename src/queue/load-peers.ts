import { messageOf, TracewrightError } from '../errors.ts'

/** Import packages that are only there where somebody wants them; throws where they are not, and says how to get them. */
export async function loadPeers<T>(load: () => Promise<T>, what: string, packages: string): Promise<T> {
  try {
    return await load()
  } catch (error) {
    throw new TracewrightError('usage', `Cannot ${what}: ${messageOf(error)}`, {
      hint: `Install what it needs: npm install ${packages}`,
      cause: error,
    })
  }
}
