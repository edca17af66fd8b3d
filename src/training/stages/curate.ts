import { checkSettings } from '../export/export-settings.ts'
import { Mistakes } from '../settings/mistakes.ts'
import { defineStage } from '../stage.ts'
import { overAll } from './over-all.ts'

export const curate = defineStage({
  name: 'curate',
  description: 'Leaves out near-duplicates, contaminated rows and those beyond a number of one task or project; looks at all rows first',
  takes: ['dedupe', 'decontaminate', 'perTask', 'perProject', 'filter', 'git'],
  needs: [],
  async open(settings) {
    const mistakes = new Mistakes()
    checkSettings(settings, null, mistakes)
    mistakes.refuse()
    return overAll(settings)
  },
  example: { dedupe: 0.3, perTask: 5 },
})
