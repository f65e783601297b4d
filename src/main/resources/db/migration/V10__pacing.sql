-- Campaigns that begin later, stop by themselves and say why; messages that know their reader's zone and their place in the queue.
ALTER TABLE app.campaigns
  DROP CONSTRAINT campaigns_via_check,
  ADD CONSTRAINT campaigns_via_check CHECK (via IN ('practice','assisted','fonnte','cloud_api','resend','smtp')),
  DROP CONSTRAINT campaigns_state_check,
  ADD CONSTRAINT campaigns_state_check CHECK (state IN ('draft','scheduled','running','paused','done','cancelled')),
  -- of an e-mail
  ADD COLUMN subject text,
  -- counted up with each change of a draft: what is approved is what was read
  ADD COLUMN version int NOT NULL DEFAULT 1,
  -- when it is to begin; null for at once
  ADD COLUMN send_at timestamptz,
  -- when its audience was settled
  ADD COLUMN frozen_at timestamptz,
  -- a key below campaign.paused.; null unless it is paused
  ADD COLUMN paused_why text;
ALTER TABLE app.campaigns NO FORCE ROW LEVEL SECURITY;
UPDATE app.campaigns SET frozen_at = approved_at;
UPDATE app.campaigns SET paused_why = 'owner' WHERE state = 'paused';
ALTER TABLE app.campaigns FORCE ROW LEVEL SECURITY;

-- Taking a message and beginning it are one transaction now: nothing is ever leased and not begun.
ALTER TABLE app.message_outbox NO FORCE ROW LEVEL SECURITY;
UPDATE app.message_outbox SET state = 'pending', lease_token = NULL, lease_until = NULL WHERE state = 'leased';
ALTER TABLE app.message_outbox FORCE ROW LEVEL SECURITY;
DROP INDEX app.message_outbox_due;
DROP INDEX app.message_outbox_leased;
ALTER TABLE app.message_outbox
  DROP CONSTRAINT message_outbox_state_check,
  ADD CONSTRAINT message_outbox_state_check
    CHECK (state IN ('pending','sending','accepted','delivered','failed','unknown','cancelled','suppressed','skipped')),
  -- of its reader, who is not written to at night
  ADD COLUMN zone text NOT NULL DEFAULT 'Asia/Jakarta',
  -- those who know the shop best come first
  ADD COLUMN place int NOT NULL DEFAULT 0,
  -- when the owner said what became of a message of which nobody knew
  ADD COLUMN checked_at timestamptz;
CREATE INDEX message_outbox_due ON app.message_outbox (user_id, campaign_id, zone, next_attempt_at, place) WHERE state = 'pending';
CREATE INDEX message_outbox_sending ON app.message_outbox (user_id, campaign_id, lease_until) WHERE state = 'sending';

-- How much a shop's sending number has done lately.
CREATE TABLE app.paces (
  user_id uuid NOT NULL REFERENCES app.users (id) ON DELETE CASCADE,
  via text NOT NULL CHECK (via IN ('fonnte','cloud_api','resend','smtp')),
  -- its first message; a new number begins anew
  since date NOT NULL,
  -- the day that sent counts, in the shop's zone
  day date NOT NULL,
  sent int NOT NULL,
  -- not before
  next_at timestamptz NOT NULL,
  -- one after the other, without a success in between
  failures int NOT NULL,
  PRIMARY KEY (user_id, via));

CALL app.protect_tables();
