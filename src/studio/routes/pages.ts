import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Hono } from 'hono'
import { packageRoot } from '../../package-version.ts'

/** The page and its files. */
export function pageRoutes(folder: string = join(packageRoot(), 'dist', 'pages')): Hono {
  const routes = new Hono()
  routes.get('/assets/:file', c => {
    const names = existsSync(folder) ? readdirSync(folder) : []
    const file = names.find(name => name === c.req.param('file'))
    const type = TYPES[file?.split('.').at(-1) ?? '']
    if (names.length === 0) return c.text('This file is made by the build: npm run build\n', 404)
    if (file === undefined || type === undefined) return c.text('There is no such file\n', 404)
    return c.body(readFileSync(join(folder, file), 'utf8'), 200, { 'content-type': type })
  })
  routes.get('/assets/*', c => c.text('There is no such file\n', 404))
  routes.get('/favicon.ico', c => c.body(null, 204))
  routes.get('*', c => c.html(SHELL))
  return routes
}

/** Files of the application, made by the build. Their names come from its folder and never from an address. */
const TYPES: { readonly [extension: string]: string } = { js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8' }

/** The one page there is: what it shows follows from its address. */
const SHELL = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Tracewright studio</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="/assets/studio.css"><script type="module" src="/assets/studio.js"></script></head>
<body><div id="app"></div><noscript>The studio needs JavaScript. <code>tracewright show ID --html FILE</code> writes a session as a page without.</noscript></body></html>
`
