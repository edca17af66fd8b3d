import { expect, it } from 'vitest'
import { Random } from '../random.ts'
import { tokens } from './detectors/tokens.ts'
import { Finder } from './find-in-text.ts'

const finder = new Finder([tokens])
const random = new Random('vendors')
const drawn = (length: number, letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789') =>
  Array.from({ length }, () => letters[Math.floor(random.next() * letters.length)]).join('')
const hex = (length: number) => drawn(length, '0123456789abcdef')
const uuid = () => [8, 4, 4, 4, 12].map(hex).join('-')

/** Tokens as makers write theirs, letters drawn. */
const TOKENS: { [maker: string]: () => string } = {
  tailscale: () => `tskey-auth-k${drawn(10)}CNTRL-${drawn(32)}`,
  twitter: () => `${'A'.repeat(21)}${drawn(20)}%3D${drawn(50)}`,
  hubspot: () => `pat-eu1-${uuid()}`,
  modal: () => `as-${drawn(22)}`,
  sourcegraph: () => `sgp_${hex(16)}_${hex(40)}`,
  contentful: () => `CFPAT-${drawn(43)}`,
  'google, new': () => `AQ.Ab8RN6${drawn(44)}`,
  razorpay: () => `rzp_live_${drawn(14)}`,
  klaviyo: () => `pk_${hex(34)}`,
  browserbase: () => `bb_live_${drawn(27)}`,
  e2b: () => `e2b_${hex(40)}`,
  daytona: () => `dtn_${hex(64)}`,
  inngest: () => `signkey-prod-${hex(64)}`,
  trigger: () => `tr_prod_${drawn(20)}`,
  axiom: () => `xaat-${uuid()}`,
  honeycomb: () => `hcaik_01h${drawn(55, 'abcdefghjkmnpqrstvwxyz0123456789')}`,
  jina: () => `jina_${hex(32)}${drawn(28)}`,
  voyage: () => `pa-${drawn(43)}`,
  llamacloud: () => `llx-${drawn(48)}`,
  apify: () => `apify_api_${drawn(36)}`,
  'cloudflare, of an origin': () => `v1.0-${hex(24)}-${hex(146)}`,
  feishu: () => `open.feishu.cn/open-apis/bot/v2/hook/${uuid()}`,
  runpod: () => `rpa_${drawn(40, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789')}${drawn(6)}`,
}

it.each(Object.entries(TOKENS))('finds a token of %s wherever it stands, and nothing beside it', (_, make) => {
  for (const [before, after] of [
    ['', ''],
    ['key: "', '", next'],
    ['ok\\n', '\\n'],
    ['\u001b[32m', '\u001b[0m'],
    ['(https://', ')'],
  ] as const) {
    const token = make()
    const found = finder.find(`${before}${token}${after}`)
    expect(found.map(({ start, end }) => [start, end])).toEqual([[before.length, before.length + token.length]])
  }
})
