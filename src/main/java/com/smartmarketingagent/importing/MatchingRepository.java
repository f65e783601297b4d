package com.smartmarketingagent.importing;

import com.smartmarketingagent.customer.AddressKeys;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.time.ZoneId;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Finds out which customer each person of a staged file is: by phone, else by e-mail, else by the name as written.
 *
 * <p>The outcome depends on the file and what is stored, never on the order of the rows, so that the same file again
 * finds the customers it made. Table {@code persons} has a row per identity; {@code namesakes} says among how many
 * nobody can tell, null where it is clear.
 */
@Singleton
class MatchingRepository {

    private final AddressKeys keys;

    MatchingRepository(AddressKeys keys) {
        this.keys = keys;
    }

    /** Fills {@code persons}: one row per identity with the last value the file has for each field. */
    void gatherPersons(Handle tx) {
        tx.execute("""
                CREATE TEMPORARY TABLE persons ON COMMIT DROP AS
                SELECT identity, identity LIKE 'n:%' AS by_name, min(row) AS row,
                       (array_agg(id ORDER BY row))[1] AS id,
                       coalesce((array_agg(name ORDER BY row DESC) FILTER (WHERE name IS NOT NULL))[1], identity) AS name,
                       app.name_key(coalesce((array_agg(name ORDER BY row DESC) FILTER (WHERE name IS NOT NULL))[1], identity)) AS name_key,
                       bool_or(name IS NOT NULL) AS named,
                       max(phone) AS phone,
                       (array_agg(email ORDER BY row DESC) FILTER (WHERE email IS NOT NULL))[1] AS email,
                       (array_agg(address ORDER BY row DESC) FILTER (WHERE address IS NOT NULL))[1] AS address,
                       (array_agg(city ORDER BY row DESC) FILTER (WHERE city IS NOT NULL))[1] AS city,
                       coalesce((array_agg(tags::text ORDER BY row DESC) FILTER (WHERE tags <> '{}'))[1], '{}')::text[] AS tags,
                       (array_agg(notes ORDER BY row DESC) FILTER (WHERE notes IS NOT NULL))[1] AS notes,
                       NULL::uuid AS customer_id, false AS created, false AS erased, NULL::bigint AS namesakes
                FROM staged_people
                GROUP BY identity
                """);
        tx.execute("ANALYZE persons");
    }

    /**
     * Decides {@code customer_id} for every person that can be told, and makes ids for new ones. Nothing is stored yet.
     */
    void match(Handle tx, UserId user) {
        boolean anyStored = tx.createQuery("SELECT EXISTS (SELECT FROM app.customers WHERE user_id = :user)")
                .bind("user", user)
                .mapTo(Boolean.class)
                .one();
        gatherMerged(tx, user);
        if (anyStored) {
            storedByPhone(tx, user);
            storedByEmail(tx, user);
            storedByName(tx, user);
        }
        sharedEmail(tx);
        tx.execute("""
                UPDATE persons SET customer_id = id, created = true
                WHERE customer_id IS NULL AND namesakes IS NULL AND NOT by_name""");
        byName(tx, user);
    }

    /** What merged customers were called and reached by, so that an old file still finds who they are now. */
    private static void gatherMerged(Handle tx, UserId user) {
        tx.createUpdate("""
                CREATE TEMPORARY TABLE merged ON COMMIT DROP AS
                WITH RECURSIVE followed AS (
                  SELECT m.other_before ->> 'phone' AS phone, m.other_before ->> 'email' AS email,
                         app.name_key(m.other_before ->> 'name') AS name_key, m.customer_id AS id
                  FROM app.merges m WHERE m.user_id = :user AND m.undone_at IS NULL
                  UNION
                  SELECT f.phone, f.email, f.name_key, m.customer_id
                  FROM followed f JOIN app.merges m ON m.user_id = :user AND m.other_id = f.id AND m.undone_at IS NULL)
                SELECT f.* FROM followed f
                JOIN app.customers c ON c.user_id = :user AND c.id = f.id AND c.deleted_at IS NULL
                """).bind("user", user).execute();
    }

    private static void storedByPhone(Handle tx, UserId user) {
        tx.createUpdate("""
                UPDATE persons p SET customer_id = c.id
                FROM app.customers c
                WHERE c.user_id = :user AND c.phone = p.phone
                """).bind("user", user).execute();
        tx.execute(
                "UPDATE persons p SET customer_id = m.id FROM merged m WHERE m.phone = p.phone AND p.customer_id IS NULL");
    }

    /**
     * An e-mail names a stored customer: for those without a phone in the file the one that has it; for those with a
     * new phone only one who has no phone yet, claimed by nobody else.
     */
    private static void storedByEmail(Handle tx, UserId user) {
        tx.createUpdate("""
                WITH known AS (SELECT email, id, phone FROM app.customers
                               WHERE user_id = :user AND deleted_at IS NULL AND email IS NOT NULL
                               UNION
                               SELECT m.email, m.id, c.phone FROM merged m JOIN app.customers c ON c.user_id = :user AND c.id = m.id
                               WHERE m.email IS NOT NULL),
                     stored AS (SELECT email, (array_agg(id))[1] AS id, count(*) AS n, bool_and(phone IS NULL) AS phoneless
                                FROM known GROUP BY email),
                     claims AS (SELECT email, count(*) AS n FROM persons
                                WHERE customer_id IS NULL AND phone IS NOT NULL GROUP BY email)
                UPDATE persons p
                SET customer_id = CASE WHEN s.n = 1 THEN s.id END,
                    namesakes = CASE WHEN s.n > 1 THEN s.n END
                FROM stored s LEFT JOIN claims ON claims.email = s.email
                WHERE p.email = s.email AND p.customer_id IS NULL AND NOT p.by_name
                  AND (p.phone IS NULL OR s.n = 1 AND s.phoneless AND claims.n = 1)
                """).bind("user", user).execute();
    }

    /**
     * A person with a new phone or e-mail is a stored customer known by name alone, if just one of each has that name.
     */
    private static void storedByName(Handle tx, UserId user) {
        tx.createUpdate("""
                WITH stored AS (SELECT app.name_key(name) AS name_key, (array_agg(id))[1] AS id
                                FROM app.customers WHERE user_id = :user AND deleted_at IS NULL
                                GROUP BY 1
                                HAVING count(*) = 1 AND bool_and(phone IS NULL AND email IS NULL)),
                     claims AS (SELECT name_key FROM persons
                                WHERE NOT by_name AND named AND customer_id IS NULL AND namesakes IS NULL
                                GROUP BY name_key HAVING count(*) = 1)
                UPDATE persons p SET customer_id = s.id
                FROM stored s JOIN claims USING (name_key)
                WHERE p.name_key = s.name_key AND NOT p.by_name AND p.named AND p.customer_id IS NULL AND p.namesakes IS NULL
                """).bind("user", user).execute();
    }

    /** A row with only the e-mail of someone whom another row of the file gives with phone and e-mail. */
    private static void sharedEmail(Handle tx) {
        tx.execute("""
                WITH known AS (SELECT email, (array_agg(coalesce(customer_id, id)))[1] AS id, count(*) AS n
                               FROM persons WHERE phone IS NOT NULL AND email IS NOT NULL GROUP BY email)
                UPDATE persons p
                SET customer_id = CASE WHEN k.n = 1 THEN k.id END,
                    namesakes = CASE WHEN k.n > 1 THEN k.n END
                FROM known k
                WHERE p.email = k.email AND p.phone IS NULL AND NOT p.by_name AND p.customer_id IS NULL AND p.namesakes IS NULL
                """);
    }

    /**
     * Names without phone or e-mail: the one customer of that name, stored or in this file; two are refused; none is
     * new.
     */
    private static void byName(Handle tx, UserId user) {
        tx.createUpdate("""
                WITH candidates AS (
                       SELECT app.name_key(c.name) AS name_key, c.id FROM app.customers c
                       WHERE c.user_id = :user AND c.deleted_at IS NULL
                       UNION
                       SELECT name_key, id FROM merged
                       UNION
                       SELECT name_key, customer_id FROM persons WHERE NOT by_name AND named AND customer_id IS NOT NULL),
                     counted AS (SELECT name_key, (array_agg(id))[1] AS id, count(*) AS n FROM candidates
                                 WHERE name_key IN (SELECT name_key FROM persons WHERE by_name)
                                 GROUP BY name_key)
                UPDATE persons p
                SET customer_id = CASE WHEN c.n = 1 THEN c.id END,
                    namesakes = CASE WHEN c.n > 1 THEN c.n END
                FROM counted c
                WHERE p.by_name AND p.name_key = c.name_key
                """).bind("user", user).execute();
        tx.execute("""
                UPDATE persons p SET customer_id = f.id, created = p.id = f.id
                FROM (SELECT name_key, (array_agg(id ORDER BY row))[1] AS id FROM persons
                      WHERE by_name AND customer_id IS NULL AND namesakes IS NULL GROUP BY name_key) f
                WHERE p.by_name AND p.customer_id IS NULL AND p.namesakes IS NULL AND p.name_key = f.name_key
                """);
    }

    /**
     * Moves rows of people of whom nobody can tell which customer they are to the refused ones.
     *
     * @return how many persons are new
     */
    long refuseUntoldPeople(Handle tx) {
        tx.execute("""
                INSERT INTO staged_refusals
                SELECT s.row, CASE WHEN p.by_name THEN 'Nama' ELSE 'Email' END, CASE WHEN p.by_name THEN p.name ELSE p.email END,
                       CASE WHEN p.by_name THEN 'refused.one_name' ELSE 'refused.one_email' END, ARRAY[p.namesakes::text]
                FROM staged_people s JOIN persons p USING (identity) WHERE p.namesakes IS NOT NULL
                """);
        return countNew(tx);
    }

    /** How many persons are new. */
    long countNew(Handle tx) {
        return tx.createQuery("SELECT count(*) FROM persons WHERE created")
                .mapTo(Long.class)
                .one();
    }

    /**
     * Who was deleted at their own request isn't made anew, nor a stored namesake of whom only the name is known made
     * them: their rows are refused, in words that don't say who they are. Of who came back since, sales from before
     * they were deleted are: these are stored without a name. Somebody else who is known by an address of their own
     * isn't given theirs.
     *
     * @param people whether each row is somebody; else a sale
     */
    void refuseForgotten(Handle tx, UserId user, ZoneId zone, boolean people) {
        boolean any =
                tx.createQuery("""
                        SELECT EXISTS (SELECT FROM app.suppressions WHERE user_id = :user AND reason = 'erased')
                        """).bind("user", user).mapTo(boolean.class).one();
        if (!any) return;
        tx.createUpdate("""
                WITH erased AS (
                  SELECT p.identity, p.customer_id, a.channel, (s.created_at AT TIME ZONE :zone)::date AS day, c.id IS NULL AS anew,
                         coalesce(a.address IN (c.phone, c.email), false)
                           OR EXISTS (SELECT FROM merged m WHERE m.id = c.id AND a.address IN (m.phone, m.email)) AS back,
                         coalesce(p.phone = c.phone, false) OR coalesce(p.email = c.email, false)
                           OR EXISTS (SELECT FROM merged m WHERE m.id = c.id AND (m.phone = p.phone OR m.email = p.email)) AS reached
                  FROM persons p
                  CROSS JOIN LATERAL (VALUES ('whatsapp', p.phone), ('email', p.email)) a (channel, address)
                  JOIN app.suppressions s ON s.user_id = :user AND s.channel = a.channel AND s.reason = 'erased'
                    AND s.address_hash IN (app.address_hash(:key, a.address), app.address_hash(:previousKey, a.address))
                  LEFT JOIN app.customers c ON c.user_id = :user AND c.id = p.customer_id
                  WHERE p.customer_id IS NOT NULL),
                forgotten AS (
                  SELECT p.identity, p.by_name, p.phone FROM persons p
                  WHERE p.customer_id IN (SELECT customer_id FROM erased WHERE anew)
                     OR p.identity IN (SELECT identity FROM erased WHERE NOT anew AND NOT reached)),
                returned AS (SELECT customer_id, max(day) AS day FROM erased WHERE back GROUP BY customer_id),
                their_sales AS (
                  DELETE FROM staged_sales s USING forgotten f WHERE s.identity = f.identity
                  RETURNING s.row, f.by_name, f.phone),
                old_sales AS (
                  DELETE FROM staged_sales s USING persons p JOIN returned r USING (customer_id)
                  WHERE s.identity = p.identity AND s.day < r.day AND p.identity NOT IN (SELECT identity FROM forgotten)
                  RETURNING s.row),
                gone AS (DELETE FROM persons p USING forgotten f WHERE p.identity = f.identity),
                without AS (
                  UPDATE persons p SET phone = CASE WHEN NOT e.phone THEN p.phone END, email = CASE WHEN NOT e.email THEN p.email END
                  FROM (SELECT identity, bool_or(channel = 'whatsapp') AS phone, bool_or(channel = 'email') AS email
                        FROM erased WHERE reached AND NOT back GROUP BY identity) e
                  WHERE p.identity = e.identity),
                refused AS (
                  SELECT row, by_name, phone FROM their_sales
                  UNION ALL
                  SELECT s.row, f.by_name, f.phone FROM forgotten f JOIN staged_people s USING (identity) WHERE :people)
                INSERT INTO staged_refusals
                SELECT row, CASE WHEN by_name THEN 'Nama' WHEN phone IS NOT NULL THEN 'No HP' ELSE 'Email' END, '',
                       'refused.forgotten', '{}'::text[]
                FROM refused
                UNION ALL
                SELECT row, 'Tanggal', '', 'refused.before_forgotten', '{}' FROM old_sales
                """)
                .bind("user", user)
                .bind("zone", zone.getId())
                .bind("people", people)
                .bindMethods(keys)
                .execute();
    }

    /**
     * Keeps the matched customers as they are until the transaction ends: nobody edits, merges or deletes them
     * meanwhile, while sales by hand go on.
     *
     * @return false if one was merged or deleted while they were being matched
     */
    boolean hold(Handle tx, UserId user) {
        return tx.createQuery("""
                        WITH held AS (SELECT c.deleted_at FROM app.customers c
                                      WHERE c.user_id = :user AND c.id IN (SELECT customer_id FROM persons WHERE NOT created AND NOT erased)
                                      ORDER BY c.id FOR NO KEY UPDATE)
                        SELECT count(*) FILTER (WHERE deleted_at IS NOT NULL) = 0 FROM held
                        """).bind("user", user).mapTo(boolean.class).one();
    }

    /** Stores the new customers. */
    void insertNew(Handle tx, UserId user, UUID importId) {
        tx.createUpdate("""
                INSERT INTO app.customers (user_id, id, name, phone, email, address, city, tags, notes, import_id)
                SELECT :user, id, name, phone, email, address, city, tags, notes, :import FROM persons WHERE created
                """).bind("user", user).bind("import", importId).execute();
    }

    /**
     * Brings what the file says to customers it did not make, keeping how they were. Filled fields are never emptied;
     * {@code overwrite} replaces filled ones too (a list of customers does, a list of sales doesn't).
     *
     * @return how many stored customers changed
     */
    int fillKnown(Handle tx, UserId user, UUID importId, boolean overwrite) {
        tx.execute("""
                CREATE TEMPORARY TABLE said ON COMMIT DROP AS
                SELECT customer_id,
                       (array_agg(name ORDER BY by_name, row DESC) FILTER (WHERE named))[1] AS name,
                       (array_agg(phone ORDER BY row DESC) FILTER (WHERE phone IS NOT NULL))[1] AS phone,
                       (array_agg(email ORDER BY row DESC) FILTER (WHERE email IS NOT NULL))[1] AS email,
                       (array_agg(address ORDER BY row DESC) FILTER (WHERE address IS NOT NULL))[1] AS address,
                       (array_agg(city ORDER BY row DESC) FILTER (WHERE city IS NOT NULL))[1] AS city,
                       coalesce((array_agg(tags::text ORDER BY row DESC) FILTER (WHERE tags <> '{}'))[1], '{}')::text[] AS tags,
                       (array_agg(notes ORDER BY row DESC) FILTER (WHERE notes IS NOT NULL))[1] AS notes
                FROM persons WHERE NOT created AND customer_id IS NOT NULL
                GROUP BY customer_id
                """);
        tx.createUpdate("""
                CREATE TEMPORARY TABLE changed_customers ON COMMIT DROP AS
                SELECT c.id, to_jsonb(c) AS before, w.*
                FROM said s
                JOIN app.customers c ON c.user_id = :user AND c.id = s.customer_id
                CROSS JOIN LATERAL (SELECT
                  CASE WHEN :overwrite THEN coalesce(s.name, c.name) ELSE c.name END AS name,
                  coalesce(c.phone, s.phone) AS phone,
                  CASE WHEN :overwrite THEN coalesce(s.email, c.email) ELSE coalesce(c.email, s.email) END AS email,
                  CASE WHEN :overwrite THEN coalesce(s.address, c.address) ELSE coalesce(c.address, s.address) END AS address,
                  CASE WHEN :overwrite THEN coalesce(s.city, c.city) ELSE coalesce(c.city, s.city) END AS city,
                  CASE WHEN :overwrite AND s.tags <> '{}' OR c.tags = '{}' THEN s.tags ELSE c.tags END AS tags,
                  CASE WHEN :overwrite THEN coalesce(s.notes, c.notes) ELSE coalesce(c.notes, s.notes) END AS notes) w
                WHERE (w.name, w.phone, w.email, w.address, w.city, w.tags, w.notes)
                      IS DISTINCT FROM (c.name, c.phone, c.email, c.address, c.city, c.tags, c.notes)
                """).bind("user", user).bind("overwrite", overwrite).execute();
        tx.createUpdate("""
                WITH updated AS (
                  UPDATE app.customers c
                  SET name = w.name, phone = w.phone, email = w.email, address = w.address, city = w.city,
                      tags = w.tags, notes = w.notes, updated_at = now()
                  FROM changed_customers w
                  WHERE c.user_id = :user AND c.id = w.id
                  RETURNING c.id, c.import_id, w.before, to_jsonb(c) AS after)
                INSERT INTO app.import_changes (user_id, import_id, table_name, row_id, before, after)
                SELECT :user, :import, 'customers', id, before, after FROM updated
                WHERE import_id IS DISTINCT FROM :import
                """).bind("user", user).bind("import", importId).execute();
        return tx.createQuery("""
                        SELECT count(*) FROM changed_customers w
                        WHERE NOT EXISTS (SELECT FROM persons p WHERE p.created AND p.customer_id = w.id)
                        """).mapTo(Integer.class).one();
    }
}
