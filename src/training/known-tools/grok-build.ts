import { defineTools } from './table.ts'

/** Without the tools of its other presets (those that take other agents' names), and without what only a plugin or MCP server brings. */
export const grokBuild = defineTools({
  agent: 'grok_build',
  versionKey: null,
  evidence: 'its public source of July and August 2026; its logs do not say which version wrote them',
  tools: `
ask_user_question questions!:array | Ask the person
enter_plan_mode | Begin to plan before anything is changed
exit_plan_mode | Show the plan and ask whether to begin
get_command_or_subagent_output task_ids!:array timeout_ms:integer | Read what commands and agents in the background have given so far
grep pattern! path glob -B:integer -A:integer -C:integer -i:boolean head_limit:integer multiline:boolean | Search the contents of files by a regular expression
kill_command_or_subagent task_id! | End a command or an agent that runs in the background
list_dir target_directory! | List the files of a folder
lsp operation! file_path line:integer character:integer query | Ask a language server
memory_get path! from:integer lines:integer | Read what was remembered
memory_search query! max_results:integer min_score:number | Search what was remembered
monitor command! description! timeout_ms:integer persistent:boolean | Run a command whose lines of output are events
read_file target_file! offset:integer limit:integer pages format | Read a file
run_terminal_command command! timeout:integer description! background:boolean | Run a command in a shell
scheduler_create task_id interval prompt durable:boolean foreground:boolean fire_immediately:boolean | Have a prompt come again and again
scheduler_delete id! | End a prompt that comes again
scheduler_list | List the prompts that come again
search_replace file_path! old_string! new_string! replace_all:boolean | Replace a text in a file by another
search_tool query! limit:integer | Find tools of servers by words
spawn_subagent prompt! description! subagent_type background:boolean isolation resume_from cwd model | Give a task to another agent
todo_write merge:boolean todos!:array | Keep the list of what is to be done
update_goal completed:boolean message blocked_reason | Tell how far the goal is
use_tool tool_name! tool_input!:object | Call a tool of a server
wait_commands_or_subagents task_ids!:array mode! timeout_ms:integer | Wait for commands and agents in the background
web_fetch url! | Read what is at an address
web_search query! allowed_domains:array | Search the web
workflow name script script_path args:object resume_from_run_id agent_budget:integer validate_only:boolean | Run a script that has agents work together
write file_path! content! | Write a file
`,
})
