-- Whether its number may be another than the one that is kept, until a look says which; beside why, which is what that look found.
ALTER TABLE app.channels ADD COLUMN doubtful boolean NOT NULL DEFAULT false;
ALTER TABLE app.channels NO FORCE ROW LEVEL SECURITY;
UPDATE app.channels SET doubtful = true, why = NULL WHERE why = 'another';
ALTER TABLE app.channels FORCE ROW LEVEL SECURITY;
