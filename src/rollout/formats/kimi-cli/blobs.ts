import { posix } from 'node:path'
import { isObject } from '../../../json/json.ts'
import { inlineImageBlock } from '../../conversation/blocks.ts'
import type { Block, RolloutRow } from '../../conversation/row.ts'
import type { Source } from '../../log/source.ts'

/** A row with the pictures that its log only names: large ones lie in files of their own beside it. */
export async function withBlobs(source: Source, file: string, row: RolloutRow): Promise<RolloutRow> {
  for (const { content } of row.messages)
    for (const [i, block] of content.entries()) {
      const name = namedIn(block)
      if (name === null) continue
      const folder = posix.dirname(file)
      const path = `${folder === '.' ? '' : `${folder}/`}blobs/${name.hash}`
      const size = source.facts(path)?.size ?? null
      if (size === null || size > MAX_BYTES) row.diagnostics.push({ code: 'missing_image', at: null, detail: { blob: name.hash } })
      else content[i] = inlineImageBlock(name.mediaType, source.part(path, 0, size).toString('base64'))
    }
  return row
}

/** As much as other agents keep of one picture; a larger one is named, and not carried. */
const MAX_BYTES = 64 << 20

function namedIn(block: Block): { mediaType: string; hash: string } | null {
  const image = block.type === 'image_url' ? block['image_url'] : null
  const url = isObject(image) ? image['url'] : null
  const found = typeof url === 'string' ? /^blobref:(image\/[\w.+-]+);([0-9a-f]{16,128})$/i.exec(url) : null
  return found === null ? null : { mediaType: found[1]!, hash: found[2]! }
}
