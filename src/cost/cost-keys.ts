/** What a bill may be split by. */
export const COST_KEYS = ['day', 'week', 'month', 'model', 'project', 'agent', 'session'] as const

/** One of these. */
export type CostKey = (typeof COST_KEYS)[number]
