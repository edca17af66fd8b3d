import { expect, it } from 'vitest'
import { ToolBox } from './tool-box.ts'
import { ToolConfig } from './tool-config.ts'

const boxOf = (names: readonly string[]) =>
  new ToolBox(
    new ToolConfig({ toolAlias: 't', providers: ['there'] }),
    async () => ({
      tools: async () => names.map(name => ({ name, description: '', parameters: { type: 'object' } })),
      call: async () => 'hey',
    }),
    false,
  )

async function told(names: readonly string[], name: string): Promise<string> {
  const [message] = await boxOf(names).answer([{ id: 'c', type: 'function', function: { name, arguments: '{}' } }], 1, undefined)
  return (message!.content as { text: string }[])[0]!.text
}

it('a tool that is not there is told of in few words, whatever a server calls its own, and whatever a model asks for', async () => {
  expect(await told(['sum', 'lines'], 'summ')).toBe("Error: tools 't': There is no tool 'summ'; there are: sum, lines. Did you mean 'sum'?")
  const many = Array.from({ length: 5000 }, (_, i) => `${i}${'x'.repeat(1000)}`)
  expect(await told(many, 'y'.repeat(100_000))).toMatch(/^Error: tools 't': There is no tool 'y{99}…'; there are: 0x{98}…, .*, 4950 more$/)
  expect((await told(many, 'y')).length).toBeLessThan(6000)
})
