-- When something was last learnt of what became of a campaign's messages: open pages look at that.
ALTER TABLE app.campaigns ADD COLUMN news_at timestamptz;
-- To whose number no message can go, which is asked whenever an audience is counted.
CREATE INDEX message_outbox_no_number ON app.message_outbox (user_id, customer_id) WHERE state = 'failed' AND why = 'address';
