import { checkSettings } from '../export/export-settings.ts'
import { Mistakes } from '../settings/mistakes.ts'
import { defineStage } from '../stage.ts'
import { overAll } from './over-all.ts'

export const split = defineStage({
  name: 'split',
  description:
    'Gives each row the column `split`: by lineage, project or time, relatives and near-duplicates together; looks at all rows first',
  takes: ['split', 'splitLike'],
  needs: ['split'],
  async open(settings) {
    const mistakes = new Mistakes()
    checkSettings(settings, null, mistakes)
    mistakes.refuse()
    return overAll(settings)
  },
  example: { split: 'lineage:80/20' },
})
