import { defineTools } from './table.ts'

export const piCodingAgent = defineTools({
  agent: 'pi_coding_agent',
  versionKey: null,
  evidence: 'its package 0.73.1 and the public source before `edits`; its logs say which form they have, not which version wrote them',
  tools: `
read path! offset:number limit:number | Read a file
bash command! timeout:number | Run a command in a shell
..0.64.0 edit path! oldText! newText! | Replace a text in a file by another
0.64.0.. edit path! edits!:array | Make replacements in a file
write path! content! | Write a file
`,
})
