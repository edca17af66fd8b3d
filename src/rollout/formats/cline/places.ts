import type { DefaultRoot } from '../../format.ts'

/** Where VS Code keeps what its extensions store, by system. */
const USERS = [
  { path: '.config/Code/User', on: 'linux' },
  { path: 'Library/Application Support/Code/User', on: 'darwin' },
  { path: 'AppData/Roaming/Code/User', on: 'win32' },
] as const

const EXTENSIONS = ['saoudrizwan.claude-dev', 'rooveterinaryinc.roo-cline', 'kilocode.kilo-code']

/** Where the command line, and the extension of each agent, keep their tasks. */
export const ROOTS: readonly DefaultRoot[] = [
  { path: '.cline/data', env: 'CLINE_DATA_DIR', folders: ['sessions', 'tasks'] },
  ...USERS.flatMap(({ path, on }) => EXTENSIONS.map(name => ({ path: `${path}/globalStorage/${name}`, folders: ['tasks'], on }))),
]
