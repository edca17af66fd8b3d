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
      if (isAddress(value) && !isVersion(text, value, start)) yield { start, end: start + value.length, rule: 'ipv4', stand: 'address' }
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

/** What stands before an address or a version is looked at so far. */
const BEFORE = 90

/**
 * Whether four numbers count releases. A word before them says it; else small numbers do, or such with a nought in the middle, unless what
 * stands around them says that it is an address.
 */
function isVersion(text: string, value: string, start: number): boolean {
  const end = start + value.length
  const before = text.slice(Math.max(0, start - BEFORE), start)
  if (CALLED_VERSION.test(before) || /^\/(?:[1-9]|[12]\d)(?!\d)/.test(text.slice(end, end + 4))) return true
  const [a = 0, b = 0, c = 0, d = 0] = value.split('.').map(Number)
  if (a === 10 || !((a < 20 && Math.max(b, c, d) < 64) || (a < 100 && (b === 0 || c === 0)))) return false
  if (MOVED.test(before)) return true
  return !(CALLED_ADDRESS.test(before) || NAMED_ADDRESS.test(before) || /^:\d{2,5}(?!\d)/.test(text.slice(end, end + 7)))
}

const CALLED_VERSION =
  /(?:version|ver\.?|release|build|revision|\brev)(?:["']?[\s:=>(]{1,3}["']?|[="'])$|version\S{0,12}[\s:="'>(]{1,4}$|[=<>~]=\s?$|\^$|(?:^|\W)v$/i

/** A release that gives way to another. */
const MOVED = /(?:upgrad|downgrad|updat|bump|migrat)\w*\s(?:\S{1,40}\s){0,5}(?:from\s|to\s|->\s)?$/i

const CALLED_ADDRESS =
  /(?:\b(?:ip|ipv4|ips|addr|address|addresses|host|hosts|hostname|server|servers|peer|client|remote|gateway|dns|node|machine|ping|ssh|scp|rsync|curl|wget|nc|telnet|nmap|dig|traceroute|from|at|to|via|on|bind|inet|nameserver|connect\w*|listen\w*|resolve[sd]?|reach\w*|allow|deny)|_(?:ip|addr|address|host))["']?[\s:="'([]{0,4}$|@$|:\/\/$/i

/** Names of values as programs write them. */
const NAMED_ADDRESS = /[a-z](?:Ip|IP|Addr|Address|Host)["']?[\s:="'([]{0,4}$/

function isIpv6(value: string): boolean {
  const halves = value.split('::')
  if (halves.length > 2 || /^(?:::1?|fe80::|ff0\d::\w{0,4})$/i.test(value)) return false
  const groups = halves.flatMap(half => (half === '' ? [] : half.split(':')))
  if (groups.some(group => group === '')) return false
  const isWhole = halves.length === 1 ? groups.length === 8 : groups.length >= 3 && groups.length <= 7
  return isWhole && value.length >= 10 && /\d/.test(value) && groups.some(group => group.length >= 3)
}
