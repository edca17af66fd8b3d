import { userFolders } from '../../editor-folders.ts'
import type { DefaultRoot } from '../../format.ts'

const EXTENSIONS = ['saoudrizwan.claude-dev', 'rooveterinaryinc.roo-cline', 'kilocode.kilo-code']

/** Where the command line, and the extension of each agent, keep their tasks. */
export const ROOTS: readonly DefaultRoot[] = [
  { path: '.cline/data', env: 'CLINE_DATA_DIR', folders: ['sessions', 'tasks'] },
  ...userFolders('Code').flatMap(({ path, on }) =>
    EXTENSIONS.map(name => ({ path: `${path}/globalStorage/${name}`, folders: ['tasks'], on })),
  ),
]
