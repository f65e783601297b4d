-- Where a campaign leads ({tautan} in its text), and what one of its messages costs, in rupiah; null until it is approved.
ALTER TABLE app.campaigns ADD COLUMN link text, ADD COLUMN price_per_message numeric(15,2);

-- The short link that one person was sent, and how often they followed it.
CREATE TABLE app.campaign_links (
  user_id uuid NOT NULL,
  campaign_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  code text COLLATE "C" NOT NULL CHECK (code ~ '^[0-9A-Za-z]{11}$'),
  first_clicked_at timestamptz,
  clicks int NOT NULL DEFAULT 0,
  PRIMARY KEY (user_id, campaign_id, customer_id),
  FOREIGN KEY (user_id, campaign_id) REFERENCES app.campaigns (user_id, id) ON DELETE CASCADE,
  FOREIGN KEY (user_id, customer_id) REFERENCES app.customers (user_id, id) ON DELETE CASCADE);
-- Not unique over all shops, which a key of a tenant's table must not be: of 65 random bits no two are ever the same, and if they
-- were, the door below would open for neither.
CREATE INDEX campaign_links_by_code ON app.campaign_links (code);

CALL app.protect_tables();

-- A door that works before a tenant is known: who follows a link says no more than its code.
GRANT CREATE ON SCHEMA app TO sma_definer;
GRANT SELECT (user_id, campaign_id, customer_id, code) ON app.campaign_links TO sma_definer;
GRANT SELECT (user_id, id, link) ON app.campaigns TO sma_definer;
CREATE POLICY definer_link ON app.campaign_links FOR SELECT TO sma_definer USING (true);
CREATE POLICY definer_link ON app.campaigns FOR SELECT TO sma_definer USING (link IS NOT NULL);
SET ROLE sma_definer;
-- The links of a shop that was switched off lead nowhere.
CREATE FUNCTION app.followed_link(p_code text) RETURNS TABLE(user_id uuid, campaign_id uuid, customer_id uuid, link text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT l.user_id, l.campaign_id, l.customer_id, g.link
  FROM app.campaign_links l
  JOIN app.campaigns g ON g.user_id = l.user_id AND g.id = l.campaign_id
  JOIN app.users u ON u.id = l.user_id AND u.is_active
  WHERE l.code = p_code AND (SELECT count(*) FROM app.campaign_links o WHERE o.code = p_code) = 1 $$;
REVOKE ALL ON FUNCTION app.followed_link(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.followed_link(text) TO sma_app;
RESET ROLE;
REVOKE CREATE ON SCHEMA app FROM sma_definer;
