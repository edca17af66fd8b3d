import { describe, expect, it } from 'vitest'
import { voiceOf } from './injected.ts'

const user = (more: object = {}) => ({ role: 'user', ...more })

describe('whose words a user message holds', () => {
  it.each([
    ['[cron:0a1b2c3d-0000-4000-8000-00000000000a Water plants] Look after them\nCurrent time: noon', 'harness', 'cron'],
    ['[cron:job-7] Look', 'harness', 'cron'],
    ['  Read HEARTBEAT.md if it exists (workspace context). Follow it strictly.', 'harness', 'heartbeat'],
    ['[OpenClaw heartbeat poll]', 'harness', 'heartbeat'],
    ['OpenClaw runtime context (internal):\nKeep it private.', 'harness', 'runtime_context'],
    ['<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>>\n[Internal task completion event]\nsource: subagent', 'agent', 'announcement'],
    ['A subagent task "find it" just completed successfully.\n\nFindings: none', 'agent', 'announcement'],
    ['[System Message] A background task "index" failed', 'agent', 'announcement'],
    ['[Subagent Task]: find it', 'agent', 'subagent_task'],
    ['A new session was started via /new or /reset. Greet the user.', 'harness', 'session_start'],
    ['Pre-compaction memory flush. Store what lasts.', 'harness', 'memory_flush'],
    ['Continue where you left off. The previous model attempt failed or timed out.', 'harness', 'retry'],
    ['SECURITY NOTICE: The following content is from an EXTERNAL, UNTRUSTED source (e.g., email).', 'hook', 'external_content'],
    ['System: [2026-09-01 08:00] Exec finished (code 0)\nSystem: [2026-09-01 08:01] Node connected', 'harness', 'system_event'],
  ] as const)('%s', (text, origin, harness) => {
    expect(voiceOf(user(), text, 'human')).toEqual({ origin, harness })
  })

  it.each([
    'What does [cron:0a1b] mean?',
    'Please read HEARTBEAT.md if it exists',
    'System: [2026-09-01 08:00] Exec finished\n\nAnd what now?',
    'A subagent task is what I want to run',
    'Continue where you left off. The previous model attempt failed or timed out. Or so I think.',
    'Conversation info (untrusted metadata):\n```json\n{}\n```\n\nHello',
  ])("are a person's: %s", text => {
    expect(voiceOf(user(), text, 'human')).toEqual({ origin: 'human', harness: null })
  })

  it('are told by the record before the text', () => {
    const cron = '[cron:1 x] go'
    expect(voiceOf(user({ provenance: { kind: 'external_user' } }), cron, 'harness')).toEqual({ origin: 'human', harness: null })
    expect(voiceOf(user({ provenance: { kind: 'inter_session', sourceTool: 'sessions_send' } }), cron, 'human')).toEqual({
      origin: 'agent',
      harness: 'sessions_send',
    })
    expect(voiceOf(user({ provenance: { kind: 'internal_system' } }), 'Hello', 'human')).toEqual({
      origin: 'harness',
      harness: 'internal_system',
    })
    expect(voiceOf(user({ runtimeContext: { retained: true } }), 'Current time: noon', 'human')).toEqual({
      origin: 'harness',
      harness: 'runtime_context',
    })
  })

  it('are those of who speaks in the session where nothing else is known', () => {
    expect(voiceOf(user(), 'Find it', 'agent')).toEqual({ origin: 'agent', harness: null })
    expect(voiceOf(user(), 'Water the plants', 'harness')).toEqual({ origin: 'harness', harness: 'cron' })
  })
})
