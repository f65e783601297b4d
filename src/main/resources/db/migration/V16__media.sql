-- The picture that goes with a campaign, by its address; null for none.
ALTER TABLE app.campaigns ADD COLUMN media_url text;

CALL app.protect_tables();
