-- What a shop says of itself, for the texts that are written in its name; null where it has said nothing. And the language
-- that its owner reads; null lets the device decide.
ALTER TABLE app.users
  ADD sells text CHECK (char_length(sells) <= 500),
  ADD city text CHECK (char_length(city) <= 100),
  ADD link text CHECK (char_length(link) <= 300 AND link ~ '^https?://'),
  ADD tone text CHECK (tone IN ('friendly','polite','cheerful','brief')),
  ADD language text CHECK (language IN ('id','en'));
GRANT SELECT (sells, city, link, tone, language) ON app.users TO sma_app, sma_worker, sma_admin;
GRANT UPDATE (sells, city, link, tone, language) ON app.users TO sma_app;

CALL app.protect_tables();
