import { describe, expect, it } from 'vitest'
import { harnessWordsOf, partsOf } from './harness-words.ts'

/** The prompt of OpenCode's command, with what was typed behind it. */
const openCodeInit = (typed: string) =>
  `Create or update \`AGENTS.md\` for this repository.

The goal is a compact instruction file that helps future OpenCode sessions go well.

User-provided focus or constraints (honor these):
${typed}

## How to investigate`

describe('harnessWordsOf()', () => {
  it.each([
    ['[cron:6f0c1d0e-aaaa-4bbb-8ccc-1234567890ab Morning beds] Water the beds.', 'harness', 'cron'],
    ['[cron:nightly] Sweep', 'harness', 'cron'],
    ['[SYSTEM: You are running as a scheduled cron job. Water.]', 'harness', 'cron'],
    ['Read HEARTBEAT.md if it exists (workspace context).', 'harness', 'heartbeat'],
    ['[Continuing toward your standing goal]\nA full barn', 'harness', 'goal'],
    ['Review the conversation above and note what the gardener likes.', 'harness', 'review'],
    ['<task-notification>\n<task-id>b7</task-id></task-notification>', 'harness', 'task_notification'],
    ['<local-command-stdout>3 coins</local-command-stdout>', 'harness', 'command_output'],
    ['  <teammate-message teammate_id="digger">done</teammate-message>', 'agent', 'teammate'],
    ['Another Claude session sent a message:\n<teammate-message teammate_id="digger">done</teammate-message>', 'agent', 'teammate'],
    ['Another Claude session sent a message:\n<cross-session-message from="a">rain?</cross-session-message>', 'agent', 'peer'],
    ['<fork-boilerplate>You are a fork</fork-boilerplate>\ndig', 'agent', 'fork'],
    ['Operation stopped by hook: the gate is shut', 'hook', 'hook'],
    ['Operation stopped by hook', 'hook', 'hook'],
    ['Stop hook feedback:\n- beds are dry', 'hook', 'hook'],
    ['PreToolUse:Bash hook blocking error: no', 'hook', 'hook'],
    ['[Request interrupted by user for tool use]', 'harness', 'interruption'],
    ['<hook_context>It rains</hook_context>', 'hook', 'hook'],
    ['<qwen:user-prompt-submit-context>\nIt rains\n</qwen:user-prompt-submit-context>', 'hook', 'hook'],
    ['<system-reminder>It rains</system-reminder>', 'harness', 'reminder'],
    ['This session is being continued from a previous conversation that ran out of context. Beds.', 'harness', 'compaction'],
    ['`Please analyze this codebase and create a **CRUSH.md** file containing:\n\n- Build', 'harness', 'command'],
    [
      'Analyze this codebase and create/update **AGENTS.md** to help future agents work effectively in this repository.\n',
      'harness',
      'command',
    ],
    ['Please analyze this codebase and create an AGENTS.md file containing:\n1. Build/lint/test commands - all', 'harness', 'command'],
    [openCodeInit(''), 'harness', 'command'],
    [
      '\nYou are an AI agent that brings the power of Gemini directly into the terminal. Your task is to analyze the current directory and',
      'harness',
      'command',
    ],
    [
      '\nYou are Qwen Code, an interactive CLI agent. Analyze the current directory and generate a comprehensive QWEN.md file to',
      'harness',
      'command',
    ],
    [
      'Generate a file named AGENTS.md that serves as a contributor guide for this repository.\nYour goal is to produce a guide',
      'harness',
      'command',
    ],
    [
      'You are a software engineering expert with many years of programming experience. Please explore the current project directory to',
      'harness',
      'command',
    ],
    [
      'The previous session was interrupted because it got too long, the initial user request was: `Mend the fence`',
      'harness',
      'continuation',
    ],
    ['System: Potential loop detected. Details: the same call. Please take a step back', 'harness', 'retry'],
    ['Background execution update:\n<background_output>\nrain\n</background_output>\n\nAcknowledge.', 'harness', 'background_process'],
  ] as const)('%s', (text, origin, harness) => {
    expect(harnessWordsOf(text)).toEqual({ origin, harness })
  })

  it.each([
    'Why does cron:daily not run?',
    '[cron job] is broken, see the log',
    '<task-notification> elements show up in our viewer',
    '[Request interrupted by user] is what I saw, why?',
    '<system-reminder>It rains</system-reminder>\nDig anyway',
    '<hook_context>It rains</hook_context> is what I see',
    'Please review the conversation above and dig.',
    'A hook stopped it',
    'Please analyze this codebase and create a CRUSH.md file',
    'Please analyze this codebase and create an AGENTS.md file containing:\nthe rules of the garden',
    'Create or update `AGENTS.md` for this repository.',
    openCodeInit('only the greenhouse'),
    'Generate a file named AGENTS.md that serves as a contributor guide for this repository.',
    'You are Qwen Code, an interactive CLI agent. Why are you slow?',
    'The previous session was interrupted because it got too long, so begin anew',
    'System: Potential loop detected, says the log. Why?',
    '',
  ])('leaves to a person: %s', text => {
    expect(harnessWordsOf(text)).toBeNull()
  })
})

describe('partsOf()', () => {
  it.each([
    ['plain words', ['plain words'], []],
    ['<system-reminder>rain</system-reminder>\n\nDig', ['<system-reminder>rain</system-reminder>\n\n', 'Dig'], [0]],
    ['Dig\n<system-reminder>rain</system-reminder>\n', ['Dig', '\n<system-reminder>rain</system-reminder>\n'], [1]],
    [
      '<ide_opened_file>a</ide_opened_file> <system-reminder>b</system-reminder> Dig <system-reminder>c</system-reminder>',
      ['<ide_opened_file>a</ide_opened_file> ', '<system-reminder>b</system-reminder> ', 'Dig', ' <system-reminder>c</system-reminder>'],
      [0, 1, 3],
    ],
    [
      '# Context from my IDE setup:\n\n## Open tabs:\n- a.ts: a.ts\n\n## My request for Codex:\nDig\n',
      ['# Context from my IDE setup:\n\n## Open tabs:\n- a.ts: a.ts\n\n## My request for Codex:\n', 'Dig\n'],
      [0],
    ],
    [
      'User steering update:\n<user_input>\nDig deeper\n</user_input>\nInternal instruction: Re-evaluate',
      ['User steering update:\n<user_input>\n', 'Dig deeper', '\n</user_input>\nInternal instruction: Re-evaluate'],
      [0, 2],
    ],
    ['User steering update:\nis what I read, why?', ['User steering update:\nis what I read, why?'], []],
    ['# Context from my IDE setup:\n\nis what I see, why?', ['# Context from my IDE setup:\n\nis what I see, why?'], []],
    [
      "Here's a running example of how to perform a task with the provided tools.\n\nUSER: x\n\n--------------------- NEW TASK DESCRIPTION ---------------------\nDig\n\n--------------------- END OF NEW TASK DESCRIPTION ---------------------\n\nPLEASE",
      [
        "Here's a running example of how to perform a task with the provided tools.\n\nUSER: x\n\n--------------------- NEW TASK DESCRIPTION ---------------------\n",
        'Dig',
        '\n\n--------------------- END OF NEW TASK DESCRIPTION ---------------------\n\nPLEASE',
      ],
      [0, 2],
    ],
    ['What is <system-reminder> for?', ['What is <system-reminder> for?'], []],
    ['<system-reminder>only</system-reminder>', ['<system-reminder>only</system-reminder>'], []],
  ])('%s', (text, texts, injected) => {
    const parts = partsOf(text)
    expect(parts.map(part => part.text)).toEqual(texts)
    expect(parts.flatMap((part, i) => (part.injected ? [i] : []))).toEqual(injected)
    expect(parts.map(part => part.text).join('')).toBe(text)
  })

  it('is linear in the number of reminders', () => {
    const text = `${'<system-reminder>a</system-reminder>'.repeat(20000)}Dig`
    expect(partsOf(text).at(-1)).toEqual({ text: 'Dig', injected: false })
  })
})
