/**
 * How the prompts begin that agents' own commands stand for, where a log has the prompt and not the command: all of them make the file
 * that tells agents of a project. So much of each is looked for that nobody types it; with words of a person in it, it is a person's.
 */
export const COMMAND_PROMPTS: readonly RegExp[] = [
  // Crush
  /^`?Please analyze this codebase and create a \*\*[^*\n]{1,200}\*\* file containing:/,
  /^Analyze this codebase and create\/update \*\*[^*\n]{1,200}\*\* to help future agents work effectively in this repository\./,
  // OpenCode
  /^Please analyze this codebase and create an AGENTS\.md file containing:\n1\. Build\/lint\/test commands /,
  /^Create or update `AGENTS\.md` for this repository\.\n+The goal is a compact instruction file that helps future OpenCode sessions [^\n]*\n+(?:User-provided focus or constraints \(honor these\):\s*(?:##|$)|[^U\n])/,
  // Gemini CLI, Qwen Code
  /^You are an AI agent that brings the power of Gemini directly into the terminal\. Your task is to analyze the current directory /,
  /^You are Qwen Code, an interactive CLI agent\. Analyze the current directory and generate a comprehensive /,
  // Codex
  /^Generate a file named AGENTS\.md that serves as a contributor guide for this repository\.\s+Your goal is to produce /,
  // Kimi CLI
  /^You are a software engineering expert with many years of programming experience\.\s+Please explore the current project directory /,
]
