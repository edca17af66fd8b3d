import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Hono } from 'hono'
import { packageRoot } from '../../package-version.ts'

/** Files of the application, made by the build. Their names come from this list and never from an address. */
const FILES: { readonly [path: string]: readonly [file: string, type: string] } = {
  '/assets/studio.js': ['studio.js', 'text/javascript; charset=utf-8'],
  '/assets/studio.css': ['studio.css', 'text/css; charset=utf-8'],
}

/** The one page there is: what it shows follows from its address. */
const SHELL = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Tracewright studio</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="/assets/studio.css"><script type="module" src="/assets/studio.js"></script></head>
<body><div id="app"></div><noscript>The studio needs JavaScript. <code>tracewright show ID --html FILE</code> writes a session as a page without.</noscript></body></html>
`

/** The page and its files. */
export function pageRoutes(folder: string = join(packageRoot(), 'dist', 'pages')): Hono {
  const routes = new Hono()
  for (const [path, [file, type]] of Object.entries(FILES))
    routes.get(path, c => {
      const from = join(folder, file)
      if (!existsSync(from)) return c.text('This file is made by the build: npm run build\n', 404)
      return c.body(readFileSync(from, 'utf8'), 200, { 'content-type': type })
    })
  routes.get('/assets/*', c => c.text('There is no such file\n', 404))
  routes.get('/favicon.ico', c => c.body(null, 204))
  routes.get('*', c => c.html(SHELL))
  return routes
}
