import type { ColumnConfig, Problem } from '../../../column/column.ts'
import { LLMStructuredColumnConfig } from '../../../column/llm-structured.ts'
import { messageOf } from '../../../errors.ts'
import { validatorOf } from '../../../model/json-schema.ts'

/** Shapes that columns ask for and that are no JSON Schema. */
export async function schemaProblems(columns: readonly ColumnConfig[]): Promise<Problem[]> {
  const shaped = columns.filter(column => column instanceof LLMStructuredColumnConfig)
  const found = await Promise.all(
    shaped.map(async ({ name, outputFormat }): Promise<Problem[]> => {
      try {
        await validatorOf(outputFormat)
        return []
      } catch (error) {
        return [{ level: 'error', column: name, message: `output_format: ${messageOf(error)}` }]
      }
    }),
  )
  return found.flat()
}
