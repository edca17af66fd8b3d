import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ImageColumnConfig } from '../../src/column/image.ts'
import { ModelConfig } from '../../src/model/model-config.ts'
import { png } from '../../src/model/testing/pictures.ts'
import { DataDesignerConfigBuilder } from '../../src/pipeline/config/builder.ts'
import { DataDesigner } from '../../src/pipeline/data-designer.ts'
import { RowsSeedSource } from '../../src/seed/rows.ts'
import type { RunRow, RunRows } from '../../src/studio/api.ts'
import { startStudio } from '../../src/studio/studio.ts'
import { folder } from '../pipeline-scene.ts'
import { chromiumPath, startBrowser, visit } from './browser.ts'

/** A run of one row: a picture that was drawn, one that the seed holds, and paths that lead out of the folder. */
async function scene() {
  const path = join(folder(), 'drawn')
  const evil = ['images/../manifest.json', `images/c/${'a'.repeat(32)}.png`]
  const config = new DataDesignerConfigBuilder({ modelConfigs: [new ModelConfig({ alias: 'm', model: 'm', provider: 'stand-in' })] })
    .withSeedDataset(new RowsSeedSource({ rows: [{ given: png(4), evil }] }))
    .addColumn(new ImageColumnConfig({ name: 'cover', modelAlias: 'm', prompt: 'A kite' }))
  const results = await new DataDesigner().create(config, { path })
  return { path, row: (await results.loadDataset())[0]!, studio: await startStudio({ paths: [path] }) }
}

it('pictures of a row are sent as what their bytes are, from its folder alone', async () => {
  const { path, row, studio } = await scene()
  const ask = (at: string) =>
    fetch(`http://127.0.0.1:${studio.port}/api/sources/drawn/run/rows${at}`, { headers: { authorization: `Bearer ${studio.token}` } })
  try {
    const { data } = (await (await ask('/0')).json()) as { data: RunRow }
    const at = (name: string) => data.cells.findIndex(({ column }) => column === name)
    expect(data.cells[at('cover')]).toMatchObject({ pictures: 1, text: { text: (row['cover'] as string[])[0] } })
    expect(data.cells[at('given')]).toMatchObject({ pictures: 1, text: { text: expect.stringMatching(/^a picture: png, \d+ bytes$/) } })
    expect(data.cells[at('evil')]!.pictures).toBe(0)
    const drawn = await ask(`/0/picture/${at('cover')}/0`)
    expect([drawn.status, drawn.headers.get('content-type')]).toEqual([200, 'image/png'])
    expect(
      Buffer.from(await drawn.arrayBuffer())
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG')
    expect(Buffer.from(await (await ask(`/0/picture/${at('given')}/0`)).arrayBuffer()).toString('base64')).toBe(png(4))
    for (const none of [
      `/0/picture/${at('cover')}/1`,
      `/0/picture/${at('evil')}/0`,
      `/0/picture/${at('evil')}/1`,
      '/0/picture/99/0',
      '/9/picture/0/0',
    ])
      expect((await ask(none)).status, none).toBe(404)
    // What was put under its name since is no picture any more.
    writeFileSync(join(path, (row['cover'] as string[])[0]!), '<script>alert(1)</script>')
    expect((await ask(`/0/picture/${at('cover')}/0`)).status).toBe(404)
    const { data: rows } = (await (await ask('?limit=1')).json()) as { data: RunRows }
    expect(rows.rows[0]![at('given')]).toMatch(/^a picture: png/)
  } finally {
    await studio.close()
  }
})

it.skipIf(chromiumPath === null)('the page of a row shows them', async () => {
  const { studio } = await scene()
  const browser = await startBrowser()
  const entered = await visit(browser, studio.url)
  try {
    await entered.page.goto(`http://127.0.0.1:${studio.port}/run/drawn/rows/0`)
    const shown = entered.page.locator('.pictures img')
    await shown.first().waitFor()
    await expect
      .poll(() => shown.evaluateAll(all => all.map(each => (each as unknown as { naturalWidth: number }).naturalWidth)), {
        timeout: 20_000,
      })
      .toEqual([16, 16])
  } finally {
    await entered.context.close()
    await browser.close()
    await studio.close()
  }
})
