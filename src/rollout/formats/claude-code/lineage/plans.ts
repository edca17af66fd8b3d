import { isObject, stringOrNull } from '../../../../json/json.ts'
import { addTo } from '../../../add-to.ts'
import type { Source } from '../../../log/source.ts'
import type { CarriedPlan } from '../carried-plan.ts'
import { logFile } from '../files.ts'
import { recordsWith, sessionFiles } from './siblings.ts'

/** The session that made a plan: the one the prompt names, else the one of the folder that proposed this very plan. */
export async function planner(source: Source, path: string, plan: CarriedPlan): Promise<string | null> {
  const { folder, stem } = logFile(path)
  if (plan.transcript !== null && plan.transcript !== stem) return plan.transcript
  const made = await plansIn(source, folder)
  const found = made.get(plan.content.trim())?.filter(other => other !== path) ?? []
  return found.length === 0 ? null : logFile(found.at(-1)!).stem
}

/** The files of a folder by the plans that were proposed in them. */
function plansIn(source: Source, folder: string): Promise<ReadonlyMap<string, string[]>> {
  return source.shared(`claude_code plans of ${folder}`, async () => {
    const plans = new Map<string, string[]>()
    for (const path of sessionFiles(source, folder))
      for await (const record of recordsWith(source, path, ['ExitPlanMode', '"plan"'])) {
        const content = isObject(record['message']) ? record['message']['content'] : null
        for (const block of Array.isArray(content) ? content : []) {
          const input = isObject(block) && block['name'] === 'ExitPlanMode' ? block['input'] : null
          const plan = isObject(input) ? stringOrNull(input['plan'])?.trim() : null
          if (plan) addTo(plans, plan, path)
        }
      }
    return plans
  })
}
