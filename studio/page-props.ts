import type { Source } from '../src/studio/api.ts'
import type { Route } from './route.ts'

/** What a page is given: the source it shows, and where the reader is. */
export type PageProps = { source: Source; route: Route }
