-- Who said stop lately, which is asked before each message of a campaign.
CREATE INDEX consents_withdrawn ON app.consents (user_id, changed_at) WHERE state = 'withdrawn';
