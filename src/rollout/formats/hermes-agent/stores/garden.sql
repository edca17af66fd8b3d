CREATE TABLE schema_version (version INTEGER NOT NULL);
INSERT INTO schema_version VALUES (30);
CREATE TABLE system_prompts (hash TEXT PRIMARY KEY, prompt TEXT NOT NULL);
INSERT INTO system_prompts VALUES ('h1', 'You tend the garden log.');
CREATE TABLE sessions (
  id TEXT PRIMARY KEY, source TEXT NOT NULL, model TEXT, model_config TEXT, system_prompt TEXT, system_prompt_hash TEXT, parent_session_id TEXT,
  started_at REAL NOT NULL, ended_at REAL, end_reason TEXT, message_count INTEGER DEFAULT 0, input_tokens INTEGER DEFAULT 0, output_tokens INTEGER DEFAULT 0,
  cache_read_tokens INTEGER DEFAULT 0, cache_write_tokens INTEGER DEFAULT 0, reasoning_tokens INTEGER DEFAULT 0, actual_cost_usd REAL, cwd TEXT,
  git_branch TEXT, git_repo_root TEXT, title TEXT, tool_names TEXT, origin_json TEXT
);
CREATE TABLE messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT NOT NULL, role TEXT NOT NULL, content TEXT, tool_call_id TEXT, tool_calls TEXT, tool_name TEXT,
  timestamp REAL NOT NULL, token_count INTEGER, finish_reason TEXT, reasoning TEXT, reasoning_content TEXT, reasoning_details TEXT,
  observed INTEGER DEFAULT 0, _compressed_summary INTEGER NOT NULL DEFAULT 0, active INTEGER NOT NULL DEFAULT 1, compacted INTEGER NOT NULL DEFAULT 0,
  api_content TEXT, display_kind TEXT
);
CREATE TABLE session_model_usage (session_id TEXT, model TEXT, provider TEXT, input_tokens INTEGER);
INSERT INTO sessions (id, source, model, model_config, system_prompt_hash, started_at, ended_at, end_reason, input_tokens, output_tokens, cache_read_tokens, actual_cost_usd, cwd, git_branch, git_repo_root, title, tool_names)
VALUES ('root', 'cli', 'maple-2', '{}', 'h1', 1772700000.0, 1772700100.0, 'compression', 100, 20, 400, 0.03, '/srv/garden/beds', 'spring', '/srv/garden', 'Spring work', '["terminal", "delegate_task"]');
INSERT INTO sessions (id, source, model, model_config, parent_session_id, started_at, ended_at, end_reason) VALUES
  ('delegate', 'subagent', 'maple-mini', '{"_delegate_from": "root"}', 'root', 1772700003.0, 1772700008.0, 'agent_close'),
  ('delegate-more', 'subagent', 'maple-mini', '{"_delegate_from": "root"}', 'delegate', 1772700009.0, NULL, NULL),
  ('cont', 'cli', 'maple-2', '{}', 'root', 1772700101.0, NULL, NULL),
  ('branch', 'cli', 'maple-2', '{"_branched_from": "cont"}', 'cont', 1772700200.0, NULL, NULL),
  ('reset', 'telegram', 'maple-2', '{"_reset_from": "cont"}', 'cont', 1772700300.0, NULL, 'user_interrupt'),
  ('in-place', 'cli', 'maple-2', '{}', NULL, 1772701000.0, NULL, NULL),
  ('loop-a', 'cli', 'maple-2', '{}', 'loop-b', 1772702000.0, NULL, NULL),
  ('loop-b', 'cli', 'maple-2', '{}', 'loop-a', 1772702001.0, NULL, NULL),
  ('stray', 'cli', 'maple-2', NULL, 'gone', 1772703000.0, NULL, NULL),
  ('silent', 'cli', 'maple-2', NULL, NULL, 1772704000.0, NULL, NULL);
UPDATE sessions SET end_reason = 'compression', input_tokens = 1 WHERE id = 'delegate';
INSERT INTO messages (id, session_id, role, content, timestamp, tool_calls, tool_call_id, finish_reason, reasoning, active) VALUES
  (1, 'root', 'user', 'Sow the peas.', 1772700001.0, NULL, NULL, NULL, NULL, 1),
  (2, 'root', 'assistant', '', 1772700002.0, '[{"id": "call_d1", "type": "function", "function": {"name": "delegate_task", "arguments": {"goal": "Count the pea seeds", "n": 1.0, "big": 12345678901234567890}}}, {"id": "call_d2", "type": "function", "function": {"name": "delegate_task", "arguments": "{\"goal\": \"Check the soil\"}"}}]', NULL, 'tool_calls', 'Two helpers.', 1),
  (3, 'root', 'tool', 'forty', 1772700009.0, NULL, 'call_d1', NULL, NULL, 1),
  (4, 'root', 'tool', char(0) || 'json:[{"type": "text", "text": "damp"}]', 1772700010.0, NULL, 'call_d2', NULL, NULL, 1),
  (5, 'root', 'assistant', 'Sow forty, deep.', 1772700011.0, NULL, NULL, 'stop', NULL, 0),
  (6, 'root', 'user', 'Deeper.', 1772700012.0, NULL, NULL, NULL, NULL, 0),
  (7, 'root', 'assistant', 'Sow forty, shallow.', 1772700013.0, NULL, NULL, 'stop', NULL, 1),
  (10, 'delegate', 'user', 'Count the pea seeds, then report.', 1772700003.0, NULL, NULL, NULL, NULL, 1),
  (11, 'delegate', 'assistant', 'Forty.', 1772700008.0, NULL, NULL, 'stop', NULL, 1),
  (12, 'delegate-more', 'user', '[CONTEXT COMPACTION — REFERENCE ONLY] Seeds were counted.', 1772700010.0, NULL, NULL, NULL, NULL, 1),
  (13, 'delegate-more', 'assistant', 'Still forty.', 1772700011.0, NULL, NULL, 'stop', NULL, 1),
  (20, 'cont', 'user', '[CONTEXT COMPACTION — REFERENCE ONLY] Peas are sown.', 1772700101.0, NULL, NULL, NULL, NULL, 1),
  (21, 'cont', 'assistant', 'Sow forty, shallow.', 1772700102.0, NULL, NULL, 'stop', NULL, 1),
  (22, 'cont', 'user', 'Now beans.', 1772700103.0, NULL, NULL, NULL, NULL, 1),
  (23, 'cont', 'assistant', 'Beans it is.', 1772700104.0, NULL, NULL, 'stop', NULL, 1),
  (30, 'branch', 'user', '[CONTEXT COMPACTION — REFERENCE ONLY] Peas are sown.', 1772700101.0, NULL, NULL, NULL, NULL, 1),
  (31, 'branch', 'assistant', 'Sow forty, shallow.', 1772700102.0, NULL, NULL, 'stop', NULL, 1),
  (32, 'branch', 'user', 'Rather corn.', 1772700201.0, NULL, NULL, NULL, NULL, 1),
  (33, 'branch', 'assistant', 'Corn, then.', 1772700202.0, NULL, NULL, 'stop', NULL, 1),
  (40, 'reset', 'user', 'Hello again.', 1772700301.0, NULL, NULL, NULL, NULL, 1),
  (41, 'reset', 'assistant', 'Hello.', 1772700302.0, NULL, NULL, 'stop', NULL, 1),
  (60, 'loop-a', 'user', 'Round.', 1772702001.0, NULL, NULL, NULL, NULL, 1),
  (61, 'loop-b', 'user', 'And round.', 1772702002.0, NULL, NULL, NULL, NULL, 1),
  (62, 'stray', 'user', 'Where am I from?', 1772703001.0, NULL, NULL, NULL, NULL, 1),
  (63, 'unlisted', 'user', 'Nobody listed me.', 1772703002.0, NULL, NULL, NULL, NULL, 1);
INSERT INTO messages (id, session_id, role, content, timestamp, active, compacted, _compressed_summary, api_content, display_kind, token_count, tool_calls, tool_call_id) VALUES
  (50, 'in-place', 'user', 'Fence the plot.', 1772701001.0, 0, 1, 0, NULL, NULL, 7, NULL, NULL),
  (51, 'in-place', 'assistant', '', 1772701002.0, 0, 1, 0, NULL, NULL, NULL, '[{"id": "call_f", "type": "function", "function": {"name": "terminal", "arguments": "{}"}}]', NULL),
  (52, 'in-place', 'tool', 'twelve posts', 1772701003.0, 0, 1, 0, NULL, NULL, NULL, NULL, 'call_f'),
  (53, 'in-place', 'assistant', 'Fenced.', 1772701004.0, 0, 1, 0, NULL, NULL, NULL, NULL, NULL),
  (54, 'in-place', 'user', 'Fence the plot.', 1772701001.0, 1, 0, 0, NULL, NULL, NULL, NULL, NULL),
  (55, 'in-place', 'user', 'Twelve posts were set.', 1772701005.0, 1, 0, 1, NULL, NULL, NULL, NULL, NULL),
  (56, 'in-place', 'assistant', 'Fenced.', 1772701004.0, 1, 0, 0, NULL, NULL, NULL, NULL, NULL),
  (57, 'in-place', 'user', 'Paint it.', 1772701006.0, 1, 0, 0, 'Paint it. (north side first)', NULL, NULL, NULL, NULL),
  (58, 'in-place', 'user', 'keep going', 1772701007.0, 1, 0, 0, NULL, 'hidden', NULL, NULL, NULL),
  (59, 'in-place', 'assistant', 'Painted.', 1772701008.0, 1, 0, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO session_model_usage VALUES ('root', 'maple-2', 'grove', 100);
