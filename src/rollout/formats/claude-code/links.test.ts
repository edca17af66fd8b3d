import { describe, expect, it } from 'vitest'
import { sessionId } from './testing/read-fixture.ts'
import { readWritten, Scribe } from './testing/read-written.ts'

const [ONE, TWO, THREE] = [sessionId(1), sessionId(2), sessionId(3)]
const at = (session: string, folder = '-srv-garden') => `${folder}/${session}.jsonl`
const agentAt = (id: string) => `-srv-garden/${ONE}/subagents/agent-${id}.jsonl`
const work = (log: Scribe, words: string) => [log.user(words), log.model(`${words}: done.`)]
const continuedIn = (from: string, to: string) => ({ type: 'continued-in', sessionId: from, continuedInSessionId: to })

describe('continued-in', () => {
  it('makes the named session a continuation, also behind other records, over two steps', async () => {
    const { rows } = await readWritten({
      [at(ONE)]: [
        ...work(new Scribe(ONE), 'Dig'),
        continuedIn(ONE, TWO),
        { type: 'last-prompt', sessionId: ONE, lastPrompt: 'x'.repeat(2000) },
      ],
      [at(TWO)]: [...work(new Scribe(TWO), 'Rake'), continuedIn(TWO, THREE)],
      [at(THREE)]: work(new Scribe(THREE), 'Sow'),
    })
    expect(rows[ONE]).toMatchObject({ relation: null, parent_trace_id: null })
    expect(rows[TWO]).toMatchObject({ relation: 'continuation', parent_trace_id: ONE, root_session_id: ONE })
    expect(rows[THREE]).toMatchObject({ relation: 'continuation', parent_trace_id: TWO, root_session_id: ONE })
  })

  it.each([[40_000], [300_000], [70_000, 5_000_000, 10]])(
    'is found behind lines that are longer than a tail: %s characters',
    async (...lengths) => {
      const behind = lengths.map(length => ({ type: 'last-prompt', sessionId: ONE, lastPrompt: 'x'.repeat(length) }))
      const { rows } = await readWritten({
        [at(ONE)]: [...work(new Scribe(ONE), 'Dig'), continuedIn(ONE, TWO), ...behind],
        [at(TWO)]: work(new Scribe(TWO), 'Rake'),
      })
      expect(rows[TWO]).toMatchObject({ relation: 'continuation', parent_trace_id: ONE })
    },
  )

  it.each<[string, [string, string, string]]>([
    ['of other projects', ['-srv-garden', '-srv-shed', '-srv-yard']],
    ['of another project and back', ['-srv-garden', '-srv-shed', '-srv-garden']],
    ['of projects further down', ['host/a/-srv-garden', 'host/a/-srv-shed', 'host/a/-srv-yard']],
  ])('is followed to sessions %s, whichever file comes first', async (_, [first, second, third]) => {
    const { rows } = await readWritten({
      [at(THREE, first)]: [...work(new Scribe(THREE), 'Dig'), continuedIn(THREE, TWO), ...work(new Scribe(THREE), 'Still digging')],
      [at(TWO, second)]: [...work(new Scribe(TWO), 'Rake'), continuedIn(TWO, ONE)],
      [at(ONE, third)]: work(new Scribe(ONE), 'Sow'),
    })
    expect(rows[TWO]).toMatchObject({ relation: 'continuation', parent_trace_id: THREE, root_session_id: THREE })
    expect(rows[ONE]).toMatchObject({ relation: 'continuation', parent_trace_id: TWO, root_session_id: THREE })
  })

  it('leaves alone a session that names itself, and two that name each other end somewhere', async () => {
    const { rows } = await readWritten({
      [at(ONE)]: [...work(new Scribe(ONE), 'Dig'), continuedIn(ONE, TWO)],
      [at(TWO)]: [...work(new Scribe(TWO), 'Rake'), continuedIn(TWO, ONE)],
      [at(THREE)]: [...work(new Scribe(THREE), 'Sow'), continuedIn(THREE, THREE)],
    })
    expect(rows[TWO]!.relation).toBe('continuation')
    expect(rows[THREE]).toMatchObject({ relation: null, root_session_id: THREE })
  })

  it('marks what was copied along as replay', async () => {
    const log = new Scribe(ONE)
    const shared = work(log, 'Dig')
    const { rows } = await readWritten({
      [at(ONE)]: [...shared, continuedIn(ONE, TWO)],
      [at(TWO)]: [...shared, ...work(log, 'Rake')].map(record => ({ ...record, sessionId: TWO })),
    })
    expect(rows[TWO]).toMatchObject({ relation: 'continuation', parent_trace_id: ONE })
    expect(rows[TWO]!.message_meta.map(({ replay }) => replay ?? false)).toEqual([true, true, false, false])
  })
})

describe('a forked agent', () => {
  const spawn = (log: Scribe) =>
    log.model([{ type: 'tool_use', id: 'toolu_F', name: 'Agent', input: { prompt: 'sow' } }], { id: 'msg_spawn' })

  it.each([
    ['a reference to the context', [{ type: 'fork-context-ref', agentId: 'f1', parentSessionId: ONE, contextLength: 2 }], {}],
    ['its meta file', [], { isFork: true }],
    ['nothing but the response it begins with', [], {}],
  ])('repeats the response that made it; known by %s', async (_, head, meta) => {
    const log = new Scribe(ONE)
    const own = new Scribe('f1f1-agent', { agentId: 'f1', isSidechain: true, sessionId: ONE })
    const { rows } = await readWritten({
      [at(ONE)]: [log.user('Dig'), spawn(log)],
      [agentAt('f1')]: [
        ...head,
        spawn(own),
        own.user([
          { type: 'tool_result', tool_use_id: 'toolu_F', content: 'Fork started' },
          { type: 'text', text: '<fork-boilerplate>x</fork-boilerplate>\nsow' },
        ]),
        own.model('Sown.'),
      ],
      [agentAt('f1').replace('.jsonl', '.meta.json')]: [{ toolUseId: 'toolu_F', ...meta }],
    })
    const row = rows[`${ONE}:f1`]!
    expect(row.message_meta.filter(({ train }) => train)).toHaveLength(1)
    expect(row.usage).toMatchObject({ input_tokens: 10, output_tokens: 5 })
    expect(row.message_meta.find(({ extra }) => extra?.['harness'] === 'fork')).toMatchObject({ origin: 'agent' })
    expect(rows[ONE]!.usage).toMatchObject({ input_tokens: 10 })
    if (head.length > 0) {
      expect(row.fidelity.missing_history).toBe(true)
      expect(row.source_meta['fork_context']).toEqual({ parentSessionId: ONE, contextLength: 2 })
    }
  })
})

describe('nested agents', () => {
  it('hang on the agent whose file holds their call, two levels down', async () => {
    const call = (log: Scribe, id: string, agentId: string) => [
      log.model([{ type: 'tool_use', id, name: 'Agent', input: { prompt: 'go' } }], { stop_reason: 'tool_use' }),
      log.user([{ type: 'tool_result', tool_use_id: id, content: 'ok' }], { toolUseResult: { agentId } }),
    ]
    const agent = (id: string) => new Scribe(`${id}-agent`, { agentId: id, isSidechain: true, sessionId: ONE })
    const [lead, a, b, c] = [new Scribe(ONE), agent('aa1'), agent('bb2'), agent('cc3')]
    const { rows } = await readWritten({
      [at(ONE)]: [lead.user('Dig'), ...call(lead, 'toolu_1', 'aa1')],
      [agentAt('aa1')]: [a.user('go'), ...call(a, 'toolu_2', 'bb2')],
      [agentAt('bb2')]: [b.user('go'), ...call(b, 'toolu_3', 'cc3')],
      [agentAt('cc3')]: work(c, 'go'),
    })
    expect(rows[`${ONE}:aa1`]).toMatchObject({ parent_trace_id: ONE, spawn_tool_call_id: 'toolu_1', root_session_id: ONE })
    expect(rows[`${ONE}:bb2`]).toMatchObject({ parent_trace_id: `${ONE}:aa1`, spawn_tool_call_id: 'toolu_2', root_session_id: ONE })
    expect(rows[`${ONE}:cc3`]).toMatchObject({ parent_trace_id: `${ONE}:bb2`, spawn_tool_call_id: 'toolu_3' })
  })
})

describe('teammates', () => {
  const spawned = (log: Scribe, id: string, result: object) =>
    log.user([{ type: 'tool_result', tool_use_id: id, content: 'spawned' }], { toolUseResult: { status: 'teammate_spawned', ...result } })
  const lead = (result: object) => {
    const log = new Scribe(ONE)
    return [log.user('Dig'), log.model([{ type: 'tool_use', id: 'toolu_T', name: 'Agent', input: {} }]), spawned(log, 'toolu_T', result)]
  }
  const mate = (fields: object) => {
    const log = new Scribe(TWO, { agentName: 'digger', ...fields, timestamp: '2026-10-02T09:00:00.000Z' })
    return [log.user('<teammate-message teammate_id="team-lead">Dig</teammate-message>'), log.model('Dug.')]
  }

  it.each([
    ['with a team', { teammate_id: 'digger@t1', name: 'digger', team_name: 't1' }, { teamName: 't1' }],
    ['without a team in its records', { teammate_id: 'digger@t1', name: 'digger', team_name: 't1' }, {}],
    ['with nothing but an id in the result', { agent_id: 'digger@t1' }, {}],
  ])('are the lead’s agents %s', async (_, result, fields) => {
    const { rows } = await readWritten({ [at(ONE)]: lead(result), [at(TWO)]: mate(fields) })
    expect(rows[TWO]).toMatchObject({
      parent_trace_id: ONE,
      root_session_id: ONE,
      spawn_tool_call_id: 'toolu_T',
      agent_id: 'digger@t1',
      is_sidechain: true,
      relation: 'subagent',
    })
    expect(rows[TWO]!.message_meta[0]!.origin).toBe('agent')
  })

  it('of another team are not', async () => {
    const { rows } = await readWritten({ [at(ONE)]: lead({ name: 'digger', team_name: 't2' }), [at(TWO)]: mate({ teamName: 't1' }) })
    expect(rows[TWO]).toMatchObject({ parent_trace_id: null, is_sidechain: true, diagnostics: [{ code: 'parent_not_found' }] })
  })
})

describe('a plan carried into a fresh session', () => {
  const planned = () => {
    const log = new Scribe(ONE)
    return [log.user('Plan'), log.model([{ type: 'tool_use', id: 'toolu_P', name: 'ExitPlanMode', input: { plan: '# Beds\n1. Dig\n' } }])]
  }
  const carried = (text: string) => {
    const log = new Scribe(TWO)
    return [log.user(text, { planContent: '# Beds\n1. Dig' }), log.model('Dug.')]
  }

  it.each([
    [
      'the log it names',
      `Implement the following plan:\n# Beds\nread the full transcript at: /h/.claude/projects/-srv-garden/${ONE}.jsonl`,
    ],
    ['the plan itself', 'Implement the following plan:\n\n# Beds\n1. Dig'],
  ])('is linked by %s, and is no person’s prompt', async (_, text) => {
    const { rows } = await readWritten({ [at(ONE)]: planned(), [at(TWO)]: carried(text) })
    expect(rows[TWO]).toMatchObject({ parent_trace_id: ONE, relation: 'reset', root_session_id: ONE })
    expect(rows[TWO]!.message_meta[0]).toMatchObject({ origin: 'harness', extra: { harness: 'plan' } })
  })

  it('is known by its frame where its record does not say so', async () => {
    const log = new Scribe(TWO)
    const text = `Implement the following plan:\n\n# Beds\n1. Dig\n\n\nIf you need specific details from before exiting plan mode, read the full transcript at: /h/x.jsonl`
    const { rows } = await readWritten({ [at(ONE)]: planned(), [at(TWO)]: [log.user(text), log.model('Dug.')] })
    expect(rows[TWO]).toMatchObject({ parent_trace_id: ONE, relation: 'reset' })
  })

  it('says where the session it names is missing', async () => {
    const { rows } = await readWritten({ [at(TWO)]: carried(`Plan. See the transcript at: /h/${THREE}.jsonl`) })
    expect(rows[TWO]).toMatchObject({ parent_trace_id: THREE, diagnostics: [{ code: 'parent_not_found' }] })
  })
})

describe('one session in two folders', () => {
  it.each([
    ['-srv-garden', '-srv-garden--claude-worktrees-w1'],
    ['-srv-garden--claude-worktrees-w1', '-srv-garden'],
  ])('goes on in %s where it was begun in %s', async (later, earlier) => {
    const log = new Scribe(ONE)
    const first = work(log, 'Dig')
    const { rows } = await readWritten({ [at(ONE, earlier)]: first, [at(ONE, later)]: work(log, 'Rake') })
    expect(rows[ONE]).toMatchObject({ relation: null, message_count: 2 })
    expect(rows[`${ONE}:${later}`]).toMatchObject({ relation: 'continuation', parent_trace_id: ONE, root_session_id: ONE })
  })

  it('counts once what was copied along', async () => {
    const log = new Scribe(ONE)
    const first = work(log, 'Dig')
    const { rows } = await readWritten({ [at(ONE, '-a')]: first, [at(ONE, '-b')]: [...first, ...work(log, 'Rake')] })
    expect(rows[`${ONE}:-b`]!.message_meta.map(({ replay }) => replay ?? false)).toEqual([true, true, false, false])
    expect(Object.values(rows).flatMap(({ message_meta }) => message_meta.filter(({ train }) => train))).toHaveLength(2)
  })
})

describe('cost-state', () => {
  it.each([
    [[0.1, 0.25], {}, 0.25],
    [[0.5], { hasUnknownModelCost: true }, null],
  ])('%j %j', async (totals, more, cost) => {
    const log = new Scribe(ONE)
    const states = totals.map(totalCostUSD => ({ type: 'cost-state', sessionId: ONE, totalCostUSD, ...more }))
    const { rows, ledgers } = await readWritten({ [at(ONE)]: [...work(log, 'Dig'), ...states] })
    expect(rows[ONE]!.usage!.cost_usd).toBe(cost)
    expect(rows[ONE]!.source_meta['cost_state']).toMatchObject({ totalCostUSD: totals.at(-1) })
    expect(ledgers[at(ONE)]!.drift).toEqual({})
  })
})
