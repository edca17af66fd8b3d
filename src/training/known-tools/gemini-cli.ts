import { defineTools } from './table.ts'

export const geminiCli = defineTools({
  agent: 'gemini_cli',
  versionKey: 'version',
  evidence: 'its packages 0.1.22 to 0.30.0 and 0.61.0, and the public source of 2026; its logs do not say which version wrote them',
  tools: `
..0.14.0 list_directory path! ignore:array file_filtering_options:object | List the files of a folder
0.14.0.. list_directory dir_path! ignore:array file_filtering_options:object | List the files of a folder
..0.14.0 read_file absolute_path! offset:number limit:number | Read a file
0.14.0..0.30.0 read_file file_path! offset:number limit:number | Read a file
0.30.0.. read_file file_path! start_line:number end_line:number | Read a file
..0.14.0 read_many_files paths!:array include:array exclude:array recursive:boolean useDefaultExcludes:boolean file_filtering_options:object | Read several files
0.14.0.. read_many_files include!:array exclude:array recursive:boolean useDefaultExcludes:boolean file_filtering_options:object | Read several files
..0.14.0 glob pattern! path case_sensitive:boolean respect_git_ignore:boolean | Find files by a pattern of their names
0.14.0.. glob pattern! dir_path case_sensitive:boolean respect_git_ignore:boolean respect_gemini_ignore:boolean | Find files by a pattern of their names
..0.14.0 search_file_content pattern! path include | Search the contents of files by a regular expression
0.14.0..0.30.0 search_file_content pattern! dir_path include case_sensitive:boolean fixed_strings:boolean context:integer after:integer before:integer no_ignore:boolean | Search the contents of files by a regular expression
0.30.0.. grep_search pattern! dir_path include_pattern exclude_pattern names_only:boolean max_matches_per_file:integer total_max_matches:integer case_sensitive:boolean fixed_strings:boolean context:integer after:integer before:integer no_ignore:boolean | Search the contents of files by a regular expression
..0.14.0 replace file_path! old_string! new_string! expected_replacements:number | Replace a text in a file by another
0.14.0..0.30.0 replace file_path! instruction old_string! new_string! expected_replacements:number | Replace a text in a file by another
0.30.0.. replace file_path! instruction! old_string! new_string! allow_multiple:boolean | Replace a text in a file by another
write_file file_path! content! | Write a file
..0.14.0 run_shell_command command! description directory | Run a command in a shell
0.14.0..0.30.0 run_shell_command command! description dir_path | Run a command in a shell
0.30.0..0.61.0 run_shell_command command! description dir_path is_background:boolean | Run a command in a shell
0.61.0.. run_shell_command command! description dir_path is_background:boolean delay_ms:integer | Run a command in a shell
web_fetch prompt! | Read pages of the web that the prompt names
google_web_search query! | Search the web
save_memory fact! | Remember a fact for later sessions
0.8.0.. write_todos todos!:array | Keep the list of what is to be done
`,
})
