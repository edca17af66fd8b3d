// What a process gives back, measured in one of its own: other tests make garbage too.
import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'

it('much garbage is given back, and what is held is not looked through again until it has doubled', () => {
  const program = `
    import { getHeapStatistics } from 'node:v8'
    import { giveBackGarbage } from ${JSON.stringify(new URL('../src/give-back-garbage.ts', import.meta.url).href)}
    const megabytes = () => getHeapStatistics().used_heap_size / 2 ** 20
    const ofMegabytes = count => Array.from({ length: count }, () => new Array(2 ** 17).fill(1.5)) // of 8 bytes each
    const told = {}
    let made = ofMegabytes(100)
    made = null
    giveBackGarbage() // of so little nothing
    told.little = megabytes()
    made = ofMegabytes(300)
    const kept = made.splice(0, 150)
    made = null
    giveBackGarbage()
    told.left = megabytes()
    made = ofMegabytes(120)
    made = null
    giveBackGarbage() // less than twice what is held
    told.early = megabytes()
    made = ofMegabytes(200)
    made = null
    giveBackGarbage()
    told.again = megabytes()
    told.exposed = typeof gc
    console.log(JSON.stringify({ ...told, kept: kept.length }))`
  const args = ['--max-semi-space-size=64', '--heap-growing-percent=10000', '--input-type=module', '--eval', program]
  const told = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }))
  expect(told.little).toBeGreaterThan(100)
  expect(told.left).toBeGreaterThan(150)
  expect(told.left).toBeLessThan(200)
  expect(told.early).toBeGreaterThan(told.left + 100)
  expect(told.again).toBeLessThan(200)
  expect(told.exposed).toBe('undefined')
})
