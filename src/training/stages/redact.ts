import { redactionPolicy } from '../../redact/policy.ts'
import { Redaction } from '../../redact/redaction.ts'
import { memoryOnDisk } from '../export/redaction-on-disk.ts'
import { defineStage } from '../stage.ts'
import { overAll } from './over-all.ts'

export const redact = defineStage({
  name: 'redact',
  description: 'Replaces secrets and persons, in the whole lineage of each; looks at all rows first',
  takes: ['redact'],
  needs: ['redact'],
  async open(settings) {
    const policy = redactionPolicy(settings.redact!)
    return overAll(settings, scratch => new Redaction(policy, { memory: memoryOnDisk(scratch) }))
  },
  example: { redact: 'default' },
})
