import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { formatByName } from './known-formats.ts'
import { placesOf, placesOfFate } from './message-places.ts'
import { openRollouts } from './read.ts'

describe('placesOf()', () => {
  for (const format of formatByName.values())
    it(`names a message for every record of ${format.title} fixtures that was emitted or merged, and for no other kind of record`, async () => {
      const fixtures = join(import.meta.dirname, 'formats', format.name.replaceAll('_', '-'), 'fixtures')
      for (const name of readdirSync(fixtures)) {
        const rollouts = await openRollouts({ format: format.name as 'auto', path: join(fixtures, name, 'logs'), trace: true })
        for (const ref of rollouts.units) {
          const { outcomes, fates } = await rollouts.read(ref)
          if (!outcomes.some(outcome => 'row' in outcome)) continue
          const places = placesOf(outcomes, ref.unit.files[0]!)
          for (const fate of fates) {
            const found = placesOfFate(fate, places)
            const at = `${name} ${fate.file}:${fate.line} ${fate.bucket} ${fate.reason}`
            if (fate.bucket === 'emitted') expect(found.length, at).toBeGreaterThan(0)
            else if (fate.bucket !== 'merged' && fate.bucket !== 'replay') expect(found, at).toEqual([])
            if (found.length === 0) expect(fate.reason ?? fate.bucket, at).not.toBeNull()
          }
        }
        rollouts.close()
      }
    })
})
