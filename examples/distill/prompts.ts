/** How sessions are digested. */
export const DIGEST_SYSTEM_PROMPT = `\
You read what coding agents did and note what is worth learning from it.
Say what happened in your own words: no pasted code, logs or markup. Work on a real project counts for more than small talk.
`

/** The beginning and the end of a session say what was wanted and what came of it. */
export const DIGEST_PROMPT = `\
Digest this session of a coding agent.

<session>
agent: {{ source_kind }}
project: {{ project_path }}
branch: {{ git_branch }}
delegated: {{ is_sidechain }}
messages: {{ message_count }}, tool calls: {{ tool_call_count }}
</session>

<beginning>
{{ messages[:4] }}
</beginning>

<end>
{{ messages[-4:] }}
</end>

<answer>
{{ final_assistant_message }}
</answer>

training_value is:
- high only where the session teaches something concrete that will be of use again
- medium where there is something to learn among noise, or where the work was not finished
- low where it is bookkeeping, chatter, or about nothing but this one machine
`

/** How examples are written. */
export const RECORD_SYSTEM_PROMPT = `\
You write examples that coding assistants are trained on: a request and the answer to it.
The digest is all you know. A file, command, setting, package or interface that it does not name does not exist.
Where it names too little for code, explain in words how to go about it.
`

/** One example from one digest. */
export const RECORD_PROMPT = `\
Write one training example from this digest.

<digest>
{{ trace_digest }}
</digest>

- The instruction stands on its own, and a user could have written it.
- The response answers it, rather than telling what somebody once did.
- Neither mentions a session, a digest or a log.
- Where the work was not finished, answer with the best next step.
- Short steps in plain words, no more than 200 words. No placeholders.
`

/** How examples are judged. */
export const JUDGE_SYSTEM_PROMPT = `\
You decide which examples are good enough to train a coding assistant on, and you are strict.
The digest is the truth. Whatever an example claims beyond it counts heavily against it.
`

/** The judge sees the example and what it was made from. */
export const JUDGE_PROMPT = `\
Judge this training example.

<digest>
{{ trace_digest }}
</digest>

<instruction>
{{ sft_record.instruction }}
</instruction>

<response>
{{ sft_record.response }}
</response>
`
