/** Light, dark, or as the system is. */
export const THEMES = ['auto', 'light', 'dark'] as const

/** One of these. */
export type Theme = (typeof THEMES)[number]

const STORED = 'tracewright-theme'

/** What the reader has chosen. */
export function themeNow(): Theme {
  return THEMES.find(theme => theme === localStorage.getItem(STORED)) ?? 'auto'
}

/** Show the page as the reader has chosen, or chooses now. */
export function applyTheme(theme: Theme = themeNow()): void {
  localStorage.setItem(STORED, theme)
  document.documentElement.dataset['theme'] = theme
}
