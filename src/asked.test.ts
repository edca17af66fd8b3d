import { expect, it } from 'vitest'
import { askedIn } from './asked.ts'

const OPEN = '# Context from my IDE setup:\n\n## Active file: beds.ts\n\n## Open tabs:\n- beds.ts: src/beds.ts\n\n'

it.each([
  ['the prompt', '  Water the beds\nand the trees ', undefined, 'Water the beds\nand the trees'],
  ['a command as it was typed', '<command-name>/dig</command-name>', { command: { name: '/dig', args: 'deep' } }, '/dig deep'],
  ['the request, not what an editor put before it', `${OPEN}## My request for Codex:\nWater the beds\n`, {}, 'Water the beds'],
  [
    'the first request of several',
    `${OPEN}## My request for Codex:\nSay\n## My request for Codex:\nso`,
    {},
    'Say\n## My request for Codex:\nso',
  ],
  ['what an editor put there, where nothing was asked', `${OPEN}## My request for Codex:\n`, {}, `${OPEN}## My request for Codex:`],
  ['a prompt that speaks of such a heading', 'Why\n## My request for Codex:\nthis?', {}, 'Why\n## My request for Codex:\nthis?'],
])('a session is called by %s', (_, text, extra, expected) => {
  expect(askedIn(text, extra)).toBe(expected)
})
