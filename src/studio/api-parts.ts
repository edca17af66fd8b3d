/* What many pages are made of: types, and nothing else. */

/** How many sessions have a value. */
export type Count = { value: string | null; count: number }

/**
 * The beginning of a text; `lines` and `characters` are those that are left out. `colours`: what a terminal was told, from which character
 * on, as classes of the page.
 */
export type Clip = { text: string; colours?: [from: number, classes: string][]; lines: number; characters: number }
