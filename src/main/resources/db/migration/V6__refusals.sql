-- A refusal's reason is a key of the message bundles with its values, to be said in the reader's language. What earlier
-- versions wrote down as a sentence stays that sentence.
ALTER TABLE app.import_refusals ADD COLUMN reason_values text[] NOT NULL DEFAULT '{}';
ALTER TABLE app.import_refusals NO FORCE ROW LEVEL SECURITY;
UPDATE app.import_refusals SET reason = 'refused.sentence', reason_values = ARRAY[reason];
ALTER TABLE app.import_refusals FORCE ROW LEVEL SECURITY;
