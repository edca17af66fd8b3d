import { defineTools } from './table.ts'

/** Of the extensions that are on unless they are turned off. Names changed: before, an extension's name stood in front of its tools'. */
export const goose = defineTools({
  agent: 'goose',
  versionKey: null,
  evidence: 'its public source of 2025 and 2026; its stores do not say which version wrote them',
  tools: `
delegate instructions source parameters:object extensions:array provider model temperature:number max_turns:integer async:boolean | Give a task to another agent
edit path! before! after! | Replace a text in a file by another
shell command! timeout_secs:integer | Run a command in a shell
todo__todo_write content! | Write the list of what is to be done anew
tree path! depth:integer | List a folder and what is below it
write path! content! | Make a file, or write it anew
..? developer__list_windows | List the windows on the screen
..? developer__screen_capture display:integer window_title | Take a picture of the screen, or of a window
..? developer__shell command! | Run a command in a shell
..? developer__text_editor path! command! diff view_range:array file_text old_str new_str insert_line:integer | Read a file, or change it
`,
})
