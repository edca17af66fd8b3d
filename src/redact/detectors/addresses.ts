import { defineDetector } from '../detector.ts'

export const addresses = defineDetector({
  name: 'addresses',
  description: 'Addresses of machines in a network, IPv4, IPv6 and MAC; not loopback, masks, networks, versions',
  group: 'personal',
  keywords: [],
  *find(text) {
    for (const found of text.matchAll(IPV4)) {
      const [value] = found
      const start = found.index
      if (isAddress(value) && !isVersion(text, start, start + value.length))
        yield { start, end: start + value.length, rule: 'ipv4', stand: 'address' }
    }
    let after = 0
    for (const found of text.matchAll(COLONS)) {
      if (found.index < after) continue
      let start = found.index
      while (start > after && found.index - start < 45 && /[0-9A-Fa-f:]/.test(text[start - 1]!)) start--
      after = found.index
      while (after < text.length && after - found.index < 45 && /[0-9A-Fa-f:]/.test(text[after]!)) after++
      // The letter of an escape is none of an address; a single colon at an end is not, either.
      if (/[\w.]/.test(text[start - 1] ?? '') && !/\\[nrt]$|\u001b\[\d{0,3}m$/.test(text.slice(Math.max(0, start - 6), start))) continue
      const value = text.slice(start, after).replace(/(?<!:):$/, '')
      const rule = /^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(value) ? 'mac' : isIpv6(value) ? 'ipv6' : null
      if (rule === null || (rule === 'mac' && /^(?:00:){5}00$|^(?:ff:){5}ff$/i.test(value))) continue
      if (/[\w:]/.test(text[start + value.length] ?? ' ')) continue
      yield { start, end: start + value.length, rule, stand: 'address' }
    }
  },
})

const IPV4 =
  /(?<![\w.-]|[A-Za-z]\/)\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\w-]|\.\d)|(?<=\\[nrt]|%[0-9A-F]{2}|_)\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\w-]|\.\d)/g
const COLONS = /:[0-9A-Fa-f]{0,4}:/g

function isAddress(value: string): boolean {
  const parts = value.split('.').map(Number)
  const [a = 0, , , d = 0] = parts
  if (parts.some((part, i) => part > 255 || value.split('.')[i]!.length !== String(part).length)) return false
  if (a === 127 || a === 0 || a >= 224 || d === 0 || value.startsWith('169.254.169.')) return false
  return !['8.8.8.8', '8.8.4.4', '1.1.1.1', '9.9.9.9', '1.0.0.1'].includes(value) && parts.some(part => part >= 10)
}

function isVersion(text: string, start: number, end: number): boolean {
  return (
    /(?:version|ver\.?|release|build)[\s:="']{0,3}$|[=<>~]=$|\^$|(?:^|\W)v$/i.test(text.slice(Math.max(0, start - 12), start)) ||
    /^\/(?:[1-9]|[12]\d)(?!\d)/.test(text.slice(end, end + 4))
  )
}

function isIpv6(value: string): boolean {
  const halves = value.split('::')
  if (halves.length > 2 || /^(?:::1?|fe80::|ff0\d::\w{0,4})$/i.test(value)) return false
  const groups = halves.flatMap(half => (half === '' ? [] : half.split(':')))
  if (groups.some(group => group === '')) return false
  const isWhole = halves.length === 1 ? groups.length === 8 : groups.length >= 3 && groups.length <= 7
  return isWhole && value.length >= 10 && /\d/.test(value) && groups.some(group => group.length >= 3)
}
