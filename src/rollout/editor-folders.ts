import type { DefaultRoot } from './format.ts'

/** Where VS Code, or an editor that is made from it, keeps what belongs to its user, by system. */
export function userFolders(editor: string): readonly Required<Pick<DefaultRoot, 'path' | 'on'>>[] {
  return [
    { path: `.config/${editor}/User`, on: 'linux' },
    { path: `Library/Application Support/${editor}/User`, on: 'darwin' },
    { path: `AppData/Roaming/${editor}/User`, on: 'win32' },
  ]
}
