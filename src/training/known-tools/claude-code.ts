import { defineTools } from './table.ts'

export const claudeCode = defineTools({
  agent: 'claude_code',
  versionKey: 'versions',
  evidence: 'types of tool inputs in its packages 1.0.60 to 2.1.332 and names in those from 1.0.40 to 2.1.77; calls in logs of 67 versions',
  tools: `
..2.0.60 Task description! prompt! subagent_type! | Hand a task to a sub-agent
2.0.60..2.1.63 Task description! prompt! subagent_type! model resume run_in_background:boolean name team_name mode isolation | Hand a task to a sub-agent
2.1.63.. Agent description! prompt! subagent_type model run_in_background:boolean name team_name mode isolation | Hand a task to a sub-agent
..1.0.60 Bash command! timeout:number description | Run a command in a shell
1.0.60..2.0.60 Bash command! timeout:number description run_in_background:boolean | Run a command in a shell
2.0.60.. Bash command! timeout:number description run_in_background:boolean dangerouslyDisableSandbox:boolean | Run a command in a shell
1.0.60..2.0.65 BashOutput bash_id! filter | Read what a command in the background has printed
1.0.60..1.0.80 KillShell shell_id! | End a command in the background
1.0.80..1.0.115 KillBash shell_id! | End a command in the background
1.0.115..2.1.19 KillShell shell_id! | End a command in the background
2.0.65..2.1.280 TaskOutput task_id! block:boolean timeout:number | Read what a task in the background has given
2.1.19.. TaskStop task_id shell_id | End a task in the background
Glob pattern! path | Find files by a pattern of their names
..2.0.70 Grep pattern! path glob output_mode -B:number -A:number -C:number -n:boolean -i:boolean type head_limit:number multiline:boolean | Search the contents of files by a regular expression
2.0.70.. Grep pattern! path glob output_mode -B:number -A:number -C:number context:number -n:boolean -i:boolean type head_limit:number offset:number multiline:boolean | Search the contents of files by a regular expression
..1.0.98 LS path! ignore:array | List the files of a folder
..2.1.20 Read file_path! offset:number limit:number | Read a file
2.1.20.. Read file_path! offset:number limit:number pages | Read a file
Edit file_path! old_string! new_string! replace_all:boolean | Replace a text in a file by another
..2.0.0 MultiEdit file_path! edits:array | Make several replacements in a file
Write file_path! content! | Write a file
..1.0.90 NotebookRead notebook_path! cell_id | Read the cells of a notebook
NotebookEdit notebook_path! cell_id new_source! cell_type edit_mode | Change a cell of a notebook
WebFetch url! prompt! | Read a page of the web and answer a question about it
WebSearch query! allowed_domains:array blocked_domains:array | Search the web
..2.1.16 TodoWrite todos!:array | Keep the list of what is to be done
2.1.16.. TaskCreate subject! description activeForm metadata:object | Add a task to the list of what is to be done
2.1.16.. TaskGet taskId! | Read a task of the list
2.1.16.. TaskUpdate taskId! subject description activeForm status addBlocks:array addBlockedBy:array owner metadata:object | Change a task of the list
2.1.16.. TaskList | Read the list of tasks
..2.0.60 ExitPlanMode plan! | Show the plan and ask to go on
2.0.60.. ExitPlanMode plan allowedPrompts:array | Ask to go on with the plan
2.0.50.. EnterPlanMode | Begin to plan
2.0.30.. AskUserQuestion questions!:array answers:object annotations:object metadata:object | Ask the person
2.0.30.. Skill skill! args | Use a skill
`,
})
