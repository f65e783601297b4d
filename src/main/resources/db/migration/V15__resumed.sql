-- Who goes on after a pause has seen what was before it.
ALTER TABLE app.campaigns ADD COLUMN resumed_at timestamptz;
-- When a message was begun for the first time: a provider that knows a second try by its key forgets it after a day.
ALTER TABLE app.message_outbox ADD COLUMN first_try_at timestamptz;

CALL app.protect_tables();
