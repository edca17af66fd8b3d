import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { RunFolder } from './folder.ts'
import type { RunManifest } from './manifest.ts'

it('removes parts of processors that the manifest does not name, whatever their folders are called', () => {
  const path = mkdtempSync(join(tmpdir(), 'tracewright-folder-'))
  try {
    const part = (folder: string) => join(path, 'artifacts', folder, 'part-000001.parquet')
    for (const folder of ['100%', 'a%20b', '%zz', 'kept']) {
      mkdirSync(join(path, 'artifacts', folder), { recursive: true })
      writeFileSync(part(folder), '')
    }
    writeFileSync(join(path, 'artifacts', '.DS_Store'), '')
    const kept = { parts: [{ file: 'part-000001.parquet', rows: 1 }] }
    new RunFolder(path).removeStrays({ parts: [], artifacts: { 'a b': kept, kept } } as unknown as RunManifest)
    expect(['100%', 'a%20b', '%zz', 'kept'].map(folder => existsSync(part(folder)))).toEqual([false, true, false, true])
  } finally {
    rmSync(path, { recursive: true, force: true })
  }
})
