import type { Conversation } from '../conversation/conversation.ts'
import type { Signal } from './signal.ts'

/** Whether the last tests that a session ran passed, by the summary their runner prints. */
export function lastTests({ parts }: Conversation): Signal | null {
  for (const { role, text, source } of parts.flat().reverse()) {
    if (role !== 'tool' || source === null) continue
    const found = verdictOf(text)
    if (found !== null)
      return { value: found.passed, confidence: found.isExact ? 0.9 : 0.7, evidence: `message ${source}: ${found.runner}` }
  }
  return null
}

type Verdict = { passed: boolean; runner: string; isExact: boolean }

/** Summaries of test runners: what says failed, what says passed. The runner is told by the form of its words. */
const RUNNERS: readonly { runner: string; failed: RegExp; passed: RegExp; isExact: boolean }[] = [
  {
    runner: 'pytest',
    failed: /^=+ .*\b[1-9]\d* (?:failed|errors?)\b.* in [\d.]+s/m,
    passed: /^=+ .*\b[1-9]\d* passed\b.* in [\d.]+s/m,
    isExact: true,
  },
  { runner: 'pytest', failed: /^[1-9]\d* (?:failed|errors?)\b.* in [\d.]+s/m, passed: /^[1-9]\d* passed\b.* in [\d.]+s/m, isExact: true },
  { runner: 'unittest', failed: /^FAILED \((?:failures|errors)=\d+/m, passed: /^Ran [1-9]\d* tests? in [\d.]+s\s+OK\b/m, isExact: true },
  { runner: 'cargo test', failed: /^test result: FAILED\./m, passed: /^test result: ok\. [1-9]\d* passed/m, isExact: true },
  {
    runner: 'vitest or jest',
    failed: /^\s*Tests:?\s+.*\b[1-9]\d* failed\b/m,
    passed: /^\s*Tests:?\s+.*\b[1-9]\d* passed\b/m,
    isExact: true,
  },
  { runner: 'node:test', failed: /^(?:#|ℹ) fail [1-9]\d*/m, passed: /^(?:#|ℹ) pass [1-9]\d*/m, isExact: true },
  { runner: 'go test', failed: /^(?:FAIL\b|--- FAIL: )/m, passed: /^ok\s+\S+\s+(?:[\d.]+s|\(cached\))/m, isExact: true },
  { runner: 'mocha', failed: /^\s*[1-9]\d* failing\b/m, passed: /^\s*[1-9]\d* passing\b/m, isExact: true },
  {
    runner: 'maven',
    failed: /^(?:\[ERROR\] )?Tests run: \d+, (?:Failures: [1-9]|Failures: 0, Errors: [1-9])/m,
    passed: /Tests run: [1-9]\d*, Failures: 0, Errors: 0/,
    isExact: true,
  },
  { runner: 'rspec', failed: /^\d+ examples?, [1-9]\d* failures?/m, passed: /^[1-9]\d* examples?, 0 failures/m, isExact: true },
  { runner: 'phpunit', failed: /^(?:FAILURES|ERRORS)!/m, passed: /^OK \([1-9]\d* tests?/m, isExact: true },
  { runner: 'dotnet test', failed: /^Failed! {2}- Failed:/m, passed: /^Passed! {2}- Failed:\s+0/m, isExact: true },
  { runner: 'bun test', failed: /^\s*[1-9]\d* fail$/m, passed: /^\s*[1-9]\d* pass$/m, isExact: true },
  { runner: 'gradle', failed: /^\d+ tests? completed, [1-9]\d* failed/m, passed: /^BUILD SUCCESSFUL in .*\n.*\btest\b/m, isExact: false },
]

/** Summaries stand at the end. */
const TAIL = 20_000

function verdictOf(whole: string): Verdict | null {
  const text = whole.slice(-TAIL)
  for (const { runner, failed, passed, isExact } of RUNNERS) {
    if (failed.test(text)) return { passed: false, runner, isExact }
    if (passed.test(text)) return { passed: true, runner, isExact }
  }
  return null
}
