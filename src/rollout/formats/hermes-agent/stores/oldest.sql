CREATE TABLE sessions (id TEXT PRIMARY KEY, source TEXT NOT NULL, model TEXT, system_prompt TEXT, started_at REAL NOT NULL);
CREATE TABLE messages (session_id TEXT NOT NULL, role TEXT NOT NULL, content TEXT);
INSERT INTO sessions VALUES ('first', 'cli', 'maple-1', 'You tend the garden log.', 1770000000.0);
INSERT INTO messages VALUES ('first', 'user', 'Rain?'), ('first', 'assistant', 'Tomorrow.'), ('first', 'session_meta', NULL);
