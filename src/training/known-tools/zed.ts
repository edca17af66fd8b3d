import { defineTools } from './table.ts'

/** Without the tools that only some builds have: of debuggers, of language servers beyond diagnostics, of other agents' models. */
export const zed = defineTools({
  agent: 'zed',
  versionKey: null,
  evidence: 'its public source of 2025 and 2026; its threads do not say which version of the editor wrote them',
  tools: `
copy_path source_path! destination_path! | Copy a file or a folder
create_directory path! | Make a folder
delete_path path! | Delete a file or a folder
diagnostics path | List errors and warnings, of a file or of the project
..? edit_file display_description! path! mode! | Have another model make, or change, a file as described
edit_file path! edits!:array | Replace texts in a file by others
fetch url! | Read what is at an address
find_path glob! offset:integer | Find files by a pattern of their paths
grep regex! include_pattern offset:integer case_sensitive:boolean | Search the contents of files by a regular expression
list_directory path! | List the files of a folder
move_path source_path! destination_path! | Move or rename a file or a folder
now timezone! | Tell the time
open path_or_url! | Open a file or an address with the person's own program
read_file path! start_line:integer end_line:integer | Read a file
restore_file_from_disk paths!:array | Throw away what is not saved in files
save_file paths!:array | Save what is not saved in files
spawn_agent label! message! session_id | Give a task to another agent, or go on with one
terminal command! cd! timeout_ms:integer | Run a command in a shell
..? thinking content! | Write down a thought
web_search query! | Search the web
write_file path! content! | Make a file, or write it anew
`,
})
