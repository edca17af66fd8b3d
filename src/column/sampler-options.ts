/** Parameters of a sampler as code writes them, in camel case; the snake case of configs will do. */
export type SamplerOptions = {
  /** What is drawn, by the name configs have for it. */
  samplerType: string
  /** Parameters of the sampler. */
  params: { readonly [name: string]: unknown }
  /** Other parameters where a condition on columns is true, such as `age > 21`. The last one that is true counts. */
  conditionalParams?: { readonly [condition: string]: { readonly [name: string]: unknown } }
  /** 'int', 'float' or 'str' for numbers and words; for times a format such as '%Y-%m-%d'. */
  convertTo?: string | null
}
