import { rmSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Studio, startStudio } from './studio.ts'
import { sampleStore } from './testing/sample-store.ts'

/*
 * Whatever stands where a path has a name, an id or a number: it is answered, is nobody's defect, and says nothing of this machine.
 */

let folder: string
let studio: Studio

beforeAll(async () => {
  folder = await sampleStore()
  studio = await startStudio({ paths: [join(folder, 'store')] })
})
afterAll(async () => {
  await studio.close()
  rmSync(folder, { recursive: true, force: true })
})

const ODD = [
  ...['__proto__', 'constructor', 'toString', '..', '%2e%2e%2f%2e%2e%2fetc%2fpasswd', '..%5c..%5c', '0/../../..', '%00', '%', '%zz', '%ff'],
  ...['%ED%A0%80', '%C0%AF', '%0d%0aX:%20y', '-1', '1e9', '1e999', 'NaN', '0x10', '9007199254740993', '', '%20', '*', '?', 'null', '[]'],
  ...['(((', '(a%2B)%2B%24', '%F0%9F%8C%B1', 'a'.repeat(5000)],
]

const PLACES = [
  '/api/ODD',
  '/api/sources/ODD',
  '/api/sources/ODD/sessions',
  '/api/sources/store/ODD',
  '/api/sources/store/sessions/ODD',
  '/api/sources/store/sessions/peas/part/ODD/text',
  '/api/sources/store/sessions/peas/part/0/ODD',
  '/api/sources/store/sessions/peas/picture/ODD/0',
  '/api/sources/store/sessions/peas/raw/ODD',
  '/api/sources/store/sessions/peas/find?q=ODD',
  '/api/sources/store/sessions?ODD=ODD',
  ...['offset', 'limit', 'sort', 'order', 'agent', 'model', 'label', 'since', 'until', 'search', 'children', 'from'].map(
    name => `/api/sources/store/sessions?${name}=ODD`,
  ),
  '/api/sources/store/search?q=ODD',
  '/api/sources/store/search?q=ODD&regexp=1',
  '/api/sources/store/search?q=peas&limit=ODD',
  '/api/sources/store/compare?id=ODD&id=peas',
  '/api/sources/store/labels?session=ODD',
  '/api/sources/store/run/rows/ODD',
  '/api/sources/store/export/diff?before=ODD',
  '/assets/ODD',
  '//ODD',
  '/?token=ODD',
]

function ask(path: string, method = 'GET'): Promise<{ status: number; text: string }> {
  const headers = { authorization: `Bearer ${studio.token}` }
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: studio.port, path, method, headers, agent: false }, response => {
      let text = ''
      response.on('data', piece => (text += piece))
      response.on('end', () => resolve({ status: response.statusCode!, text }))
    })
    sent.on('error', reject).end()
  })
}

it.each(PLACES)('%s is answered, whatever stands in it', async place => {
  for (const odd of ODD) {
    const path = place.replaceAll('ODD', odd)
    const { status, text } = await ask(path)
    expect(status, path).toBeLessThan(500)
    expect(text, path).not.toMatch(/defect|root:x:0/)
    if (!place.startsWith('/api/sources/store')) expect(text, path).not.toContain(folder)
  }
})

it('no method but GET, HEAD and POST is let in', async () => {
  for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'])
    expect((await ask('/api/sources', method)).status, method).toBe(403)
  expect((await ask('/api/sources', 'HEAD')).status).toBe(200)
})
