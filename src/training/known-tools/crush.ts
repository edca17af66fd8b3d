import { defineTools } from './table.ts'

/** Without the tools that only some sessions have: of language servers, of MCP resources, questions to the person, a fetching agent's own. */
export const crush = defineTools({
  agent: 'crush',
  versionKey: null,
  evidence: 'its public source, versions 0.1.0 to 0.90.0; its stores do not say which version wrote them',
  tools: `
agent prompt! | Give a task to an agent that searches and reads
0.15.0.. agentic_fetch url prompt! | Let an agent find something on a page, or in the web
..0.13.0 bash command! timeout:number | Run a command in a shell
0.13.0..0.16.0 bash command! description timeout:integer | Run a command in a shell
0.16.0..0.49.0 bash description! command! working_dir run_in_background:boolean | Run a command in a shell
0.49.0.. bash description! command! working_dir run_in_background:boolean auto_background_after:integer | Run a command in a shell
0.56.0.. crush_info | Tell how Crush is set up and what state it is in
0.56.0.. crush_logs lines:integer | Read the latest entries of Crush's own log
download url! file_path! timeout:integer | Put what is at an address into a file
edit file_path! old_string! new_string! replace_all:boolean | Replace a text in a file by another
fetch url! format! timeout:integer | Read what is at an address
glob pattern! path | Find files by a pattern of their names
grep pattern! path include literal_text:boolean | Search the contents of files by a regular expression
0.16.0.. job_kill shell_id! | End a command that runs in the background
0.16.0..0.47.0 job_output shell_id! | Read what a command in the background has written
0.47.0.. job_output shell_id! wait!:boolean | Read what a command in the background has written, or wait for its end
..0.11.0 ls path ignore:array | List the files below a folder
0.11.0.. ls path ignore:array depth:integer | List the files below a folder
multiedit file_path! edits!:array | Make several replacements in a file
sourcegraph query! count:integer context_window:integer timeout:integer | Search public repositories
0.24.0.. todos todos!:array | Keep the list of what is to be done
view file_path! offset:integer limit:integer | Read a file
write file_path! content! | Write a file
`,
})
