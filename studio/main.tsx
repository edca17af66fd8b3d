import { render } from 'preact'
import { App } from './app.tsx'
import { followLinks } from './route.ts'
import { WithShelf } from './sources.tsx'
import { applyTheme } from './theme.ts'

applyTheme()
followLinks()
render(
  <WithShelf>
    <App />
  </WithShelf>,
  document.getElementById('app')!,
)
