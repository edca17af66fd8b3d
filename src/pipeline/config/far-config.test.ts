import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { DataDesigner } from '../data-designer.ts'
import { loadConfig } from './builder.ts'

const CONFIG = 'columns:\n- {name: kite, column_type: sampler, sampler_type: category, params: {values: [red]}}\n'
let server: Server
let at: string

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/kites.yaml') response.end(CONFIG)
    else if (request.url === '/moved') response.writeHead(302, { location: '/kites.yaml' }).end()
    else if (request.url === '/wrong') response.end('columns:\n- {name: kite, column_type: sampler, sampler_type: categry}\n')
    else if (request.url === '/page') response.end('<html>: [')
    else if (request.url === '/endless') endless(response)
    else response.writeHead(404).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

function endless(response: import('node:http').ServerResponse): void {
  const more = () => {
    while (!response.destroyed && response.write(Buffer.alloc(1 << 16, 'a')));
  }
  response.on('drain', more)
  more()
}

it.each(['/kites.yaml', '/moved'])('a config is loaded from an address: %s', async path => {
  const builder = await loadConfig(`${at}${path}`)
  expect((await new DataDesigner().preview(builder, { numRecords: 1 })).dataset).toEqual([{ kite: 'red' }])
  expect(builder.baseFolder).toBe(process.cwd())
})

it.each([
  ['/none', 'found HTTP 404'],
  ['/wrong', "Did you mean 'category'?"],
  ['/page', 'Cannot parse config'],
  ['/endless', 'found more than 10 MiB'],
])('what is at an address and is no config is told: %s', async (path, told) => {
  await expect(loadConfig(`${at}${path}`)).rejects.toThrow(told)
})

it('an address that cannot be reached is told with the reason', async () => {
  await expect(loadConfig('http://127.0.0.1:1/kites.yaml')).rejects.toThrow(
    /Cannot load config 'http:\/\/127.0.0.1:1\/kites.yaml': .*(?:bad port|ECONNREFUSED|refused)/,
  )
})
