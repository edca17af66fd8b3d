import { renderTemplate, TemplateError, type TemplateOptions } from '../template.ts'

/** The error a template fails with. */
export function failureOf(template: string, context: Record<string, unknown> = {}, options: TemplateOptions = {}): TemplateError {
  try {
    renderTemplate(template, context, options)
  } catch (error) {
    if (error instanceof TemplateError) return error
    throw error
  }
  throw new Error(`Expected an error of ${template}`)
}
