-- Of a sale, what is left of it, in percent, as the owner says; null as long as they don't. And the number at which they want to be told
-- of what happened, E.164; null for none.
ALTER TABLE app.users
  ADD margin_percent smallint CHECK (margin_percent BETWEEN 0 AND 100),
  ADD notice_phone text CHECK (notice_phone ~ '^\+[1-9][0-9]{7,14}$');
GRANT SELECT (margin_percent, notice_phone) ON app.users TO sma_app, sma_worker, sma_admin;
GRANT UPDATE (margin_percent, notice_phone) ON app.users TO sma_app;

-- A message as it was handed over; null of one that wasn't, or before this was kept.
ALTER TABLE app.message_outbox ADD COLUMN sent_text text;

-- Of the failures in a row, those that the provider didn't even take: no report says anything of them.
ALTER TABLE app.paces ADD COLUMN untaken int NOT NULL DEFAULT 0;

ALTER TABLE app.notice_choices ADD COLUMN whatsapp boolean NOT NULL DEFAULT false;
ALTER TABLE app.notice_deliveries
  DROP CONSTRAINT notice_deliveries_way_check,
  ADD CONSTRAINT notice_deliveries_way_check CHECK (way IN ('push','email','whatsapp'));

CALL app.protect_tables();
