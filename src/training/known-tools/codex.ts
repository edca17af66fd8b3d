import { defineTools } from './table.ts'

export const codex = defineTools({
  agent: 'codex',
  versionKey: 'cli_version',
  evidence: 'public source of its tool specifications; calls in logs of 12 versions',
  tools: `
..0.60.0 shell command!:array workdir timeout_ms:number with_escalated_permissions:boolean justification | Run a command
0.60.0..0.66.0 shell_command command! workdir timeout_ms:number with_escalated_permissions:boolean justification | Run a script in a shell
0.66.0.. exec_command cmd! workdir shell login:boolean tty:boolean yield_time_ms:number max_output_tokens:number sandbox_permissions justification prefix_rule:array | Run a command, in the background where it takes longer
0.66.0.. write_stdin session_id!:number chars yield_time_ms:number max_output_tokens:number | Write to a command that runs, and read what it has printed
apply_patch input! | Change files by a patch
update_plan plan!:array explanation | Keep the plan of what is to be done
0.40.0.. view_image path! detail | Look at a picture on disk
`,
})
