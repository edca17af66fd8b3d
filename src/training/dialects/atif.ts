import type { TrainingMessage } from '../conversation/example.ts'
import type { Written } from '../conversation/json-line.ts'
import { JsonText } from '../conversation/json-line.ts'
import { defineDialect } from '../dialect.ts'

export const atif = defineDialect({
  name: 'atif',
  description: 'Agent Trajectory Interchange Format: a session as steps, calls with what was observed',
  takes: ['trajectories'],
  masks: 'message',
  codecs: ['jsonl'],
  columns: () => ({}),
  rows({ messages, traceId, tools, facts }) {
    const steps: { [key: string]: Written }[] = []
    for (let i = 0; i < messages.length; i++) {
      const message = messages[i]!
      if (message.role === 'tool') continue
      const results: TrainingMessage[] = []
      for (let j = i + 1; messages[j]?.role === 'tool'; j++) results.push(messages[j]!)
      steps.push({
        step_id: steps.length + 1,
        source: message.role === 'assistant' ? 'agent' : message.role,
        message: message.text,
        ...(message.reasoning === null ? {} : { reasoning_content: message.reasoning }),
        ...(message.calls.length === 0
          ? {}
          : {
              tool_calls: message.calls.map(call => ({
                tool_call_id: call.id,
                function_name: call.name,
                arguments: new JsonText(call.arguments),
              })),
            }),
        ...(results.length === 0
          ? {}
          : { observation: { results: results.map(result => ({ source_call_id: result.callId ?? '', content: result.text })) } }),
      })
    }
    const [model] = Array.isArray(facts['models']) ? facts['models'] : []
    const agent = {
      name: typeof facts['source_kind'] === 'string' ? facts['source_kind'] : 'unknown',
      version: 'unknown',
      ...(typeof model === 'string' ? { model_name: model } : {}),
      ...(tools.schemas.length === 0 ? {} : { tool_definitions: tools.schemas as unknown as Written }),
    }
    const row = { schema_version: 'ATIF-v1.7', session_id: traceId, agent, steps }
    return [{ row, messages, trained: messages.map(message => message.train) }]
  },
})
