-- Who was written to lately is found through messages that reached somebody; and no index but that of the customer answers
-- when one customer was written to.
DROP INDEX app.message_outbox_newest;
CREATE INDEX message_outbox_reached ON app.message_outbox (user_id, sending_since) WHERE state IN ('sending', 'accepted', 'delivered', 'unknown');
