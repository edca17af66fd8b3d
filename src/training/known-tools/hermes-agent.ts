import { defineTools } from './table.ts'

export const hermesAgent = defineTools({
  agent: 'hermes_agent',
  versionKey: null,
  evidence: 'its packages 0.13.0 to 0.19.0; its logs do not say which version wrote them, later ones record their tools',
  tools: `
terminal command! background:boolean timeout:integer workdir pty:boolean notify_on_complete:boolean watch_patterns:array | Run a command in a terminal
process action! session_id data timeout:integer offset:integer limit:integer | Look after commands in the background
read_file path! offset:integer limit:integer | Read a file
..0.15.0 write_file path! content! | Write a file
0.15.0.. write_file path! content! cross_profile:boolean | Write a file
..0.15.0 patch mode! path old_string new_string replace_all:boolean patch | Change files by replacements or a patch
0.15.0.. patch mode! path old_string new_string replace_all:boolean patch cross_profile:boolean | Change files by replacements or a patch
search_files pattern! target path file_glob limit:integer offset:integer output_mode context:integer | Search files by name or content
execute_code code! | Run a script that may call tools
todo todos:array merge:boolean | Keep the list of what is to be done
..0.17.0 memory action! target! content old_text | Remember facts for later sessions
0.17.0.. memory action target! content old_text operations:array | Remember facts for later sessions
..0.15.0 session_search query role_filter limit:integer | Search earlier sessions
0.15.0..0.16.0 session_search query limit:integer sort session_id around_message_id:integer window:integer role_filter | Search earlier sessions
0.16.0.. session_search query limit:integer sort session_id around_message_id:integer window:integer role_filter profile | Search earlier sessions
..0.17.0 delegate_task goal context toolsets:array tasks:array role acp_command acp_args:array | Hand tasks to sub-agents
0.17.0..0.18.0 delegate_task goal context toolsets:array tasks:array role acp_command acp_args:array background:boolean | Hand tasks to sub-agents
0.18.0..0.18.1 delegate_task goal context tasks:array role acp_command acp_args:array background:boolean | Hand tasks to sub-agents
0.18.1.. delegate_task goal context tasks:array role background:boolean | Hand tasks to sub-agents
clarify question! choices:array | Ask the person
skills_list category | List the skills
skill_view name! file_path | Read a skill
skill_manage action! name! content old_string new_string replace_all:boolean category file_path file_content absorbed_into | Write, change or delete a skill
web_search query! limit:integer | Search the web
..0.18.0 web_extract urls!:array | Read pages of the web
0.18.0.. web_extract urls!:array char_limit:integer | Read pages of the web
vision_analyze image_url! question! | Look at a picture
browser_navigate url! | Open a page in the browser
browser_snapshot full:boolean | Read the page as a tree
browser_click ref! | Click on an element
browser_type ref! text! | Type into an element
browser_scroll direction! | Scroll the page
browser_press key! | Press a key
browser_back | Go back in the browser
browser_get_images | List the pictures of the page
browser_vision question! annotate:boolean | Look at the page
browser_console clear:boolean expression | Read the console of the page
`,
})
